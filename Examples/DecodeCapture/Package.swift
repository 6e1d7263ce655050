// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "DecodeCapture",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "EventStreamCodec", path: "../..")],
    targets: [
        .executableTarget(
            name: "DecodeCapture",
            dependencies: [.product(name: "EventStreamCodec", package: "EventStreamCodec")],
            path: "Sources"
        )
    ],
    swiftLanguageModes: [.v6]
)
