// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is checked the same way: strict memory safety, and each unsafe expression it finds is an error.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
]

/// Returning a span from a function needs this flag; a consumer of the library needs none.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

let package = Package(
    name: "EventStreamCodec",
    products: [
        .library(name: "EventStreamCodec", targets: ["EventStreamCodec"])
    ],
    targets: [
        .target(
            name: "EventStreamCodec",
            swiftSettings: strict + lifetimes
        ),
    ],
    swiftLanguageModes: [.v6]
)
