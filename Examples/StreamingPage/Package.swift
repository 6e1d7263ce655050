// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "StreamingPage",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "EventStreamCodec", path: "../..", traits: ["LambdaRuntime"])],
    targets: [
        .executableTarget(
            name: "StreamingPage",
            dependencies: [.product(name: "LambdaStreamingRuntime", package: "EventStreamCodec")],
            path: "Sources",
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        )
    ],
    swiftLanguageModes: [.v6]
)
