// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "StreamingFunction",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "EventStreamCodec", path: "../..", traits: ["LambdaRuntime"])],
    targets: [
        .executableTarget(
            name: "StreamingFunction",
            dependencies: [.product(name: "LambdaStreamingRuntime", package: "EventStreamCodec")],
            path: "Sources",
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        // Runs the handler in memory: no Lambda, no network.
        .testTarget(
            name: "StreamingFunctionTests",
            dependencies: ["StreamingFunction"],
            path: "Tests"
        ),
    ],
    swiftLanguageModes: [.v6]
)
