// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "S3Server",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["Crypto"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .executableTarget(
            name: "S3Server",
            dependencies: [
                .product(name: "EventStreamCodec", package: "EventStreamCodec"),
                .product(name: "EventStreamCrypto", package: "EventStreamCodec"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
