// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Transcribe",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["Crypto", "NIO"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .executableTarget(
            name: "Transcribe",
            dependencies: [
                .product(name: "EventStreamCodec", package: "EventStreamCodec"),
                .product(name: "EventStreamCrypto", package: "EventStreamCodec"),
                .product(name: "EventStreamNIO", package: "EventStreamCodec"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
