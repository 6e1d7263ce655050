// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "AllFunctions",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["LambdaRuntime"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", path: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "AllFunctions",
            dependencies: [
                "CZlib",
                .product(name: "LambdaStreamingRuntime", package: "EventStreamCodec"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "_NIOFileSystem", package: "swift-nio"),
            ],
            path: "Sources",
            swiftSettings: [.strictMemorySafety(), .enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
