// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "EventStreamToSSE",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["NIO"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "EventStreamToSSE",
            dependencies: [
                .product(name: "EventStreamCodec", package: "EventStreamCodec"),
                .product(name: "EventStreamNIO", package: "EventStreamCodec"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
