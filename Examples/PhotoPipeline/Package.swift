// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "PhotoPipeline",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["LambdaRuntime"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .executableTarget(
            name: "PhotoPipeline",
            dependencies: [
                .product(name: "LambdaStreamingRuntime", package: "EventStreamCodec"),
                .product(name: "_NIOFileSystem", package: "swift-nio"),
            ],
            path: "Sources/PhotoPipeline",
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        .executableTarget(
            name: "render-photo",
            path: "Sources/RenderPhoto",
            // Millions of pixels: seconds with -O, minutes without.
            swiftSettings: [.unsafeFlags(["-O"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
