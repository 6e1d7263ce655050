// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "SDKAdapters",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "EventStreamCodec", path: "../..", traits: ["NIO"]),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    ],
    targets: [
        .executableTarget(
            name: "SDKAdapters",
            dependencies: [
                .product(name: "EventStreamCodec", package: "EventStreamCodec"),
                .product(name: "EventStreamFoundation", package: "EventStreamCodec"),
                .product(name: "EventStreamNIO", package: "EventStreamCodec"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Sources"
        ),
        .testTarget(name: "SDKAdaptersTests", dependencies: ["SDKAdapters"], path: "Tests"),
    ],
    swiftLanguageModes: [.v6]
)
