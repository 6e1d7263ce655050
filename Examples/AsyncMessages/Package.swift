// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "AsyncMessages",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "EventStreamCodec", path: "../..")],
    targets: [
        .executableTarget(
            name: "AsyncMessages",
            dependencies: [.product(name: "EventStreamCodec", package: "EventStreamCodec")],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
