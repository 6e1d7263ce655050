// swift-tools-version: 6.2
import PackageDescription

/// As in the package that the samples show.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "Samples",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "..", traits: ["LambdaRuntime"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        // Debian: zlib1g-dev.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "streaming-samples",
            dependencies: [
                "CZlib",
                .product(name: "LambdaStreamingRuntime", package: "EventStreamCodec"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "_NIOFileSystem", package: "swift-nio"),
            ],
            path: "Sources/StreamingSamples",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "render-photo",
            path: "Sources/RenderPhoto",
            // Millions of pixels: seconds with -O, minutes without.
            swiftSettings: strict + [.unsafeFlags(["-O"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
