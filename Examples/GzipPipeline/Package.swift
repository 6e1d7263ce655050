// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "GzipPipeline",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["LambdaRuntime"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        // Debian: zlib1g-dev.
        .systemLibrary(name: "CZlib", path: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "GzipPipeline",
            dependencies: [
                "CZlib",
                .product(name: "LambdaStreamingRuntime", package: "EventStreamCodec"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources",
            swiftSettings: [.strictMemorySafety(), .enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
