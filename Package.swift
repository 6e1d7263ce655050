// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is checked the same way: strict memory safety, and each unsafe expression it finds is an error.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
]

/// Returning a span from a function needs this flag; a consumer of the library needs none.
let lifetimes: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]

/// What only the runtime for handlers needs: nothing that a consumer fetches, unless it switches the trait on.
func forRuntime(_ product: String, _ package: String = "swift-nio") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["LambdaRuntime"]))
}

/// Dependencies that are built only with the trait `Crypto`.
func forCrypto(_ product: String = "Crypto", _ package: String = "swift-crypto") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Crypto"]))
}

/// What only the adapters for SwiftNIO need.
func forNIO(_ product: String) -> Target.Dependency {
    .product(name: product, package: "swift-nio", condition: .when(traits: ["NIO"]))
}

/// Dependencies of the command that are built only with the trait `Network`.
func forNetwork(_ product: String, _ package: String = "swift-nio") -> Target.Dependency {
    .product(name: product, package: package, condition: .when(traits: ["Network"]))
}

/// The processor's instructions for checksums, in C, with the trait `HardwareChecksum`.
let hardwareChecksum = Target.Dependency.target(
    name: "CHardwareChecksum", condition: .when(traits: ["HardwareChecksum"]))

/// The files of the module EventStreamMessages: messages, and the bytes and the CRC-32 under them. A program that needs no more
/// depends on this module alone, because a program links every file of a module that it uses.
let onlyInEventStreamMessages = [
    "Bytes", "Checksum/CRC+Folding.swift", "Checksum/CRC+RegisterFolding.swift", "Checksum/CRC+Slicing.swift",
    "Checksum/CRC32+Remainders.swift", "Checksum/CRC32.swift", "Checksum/CRC32Tables.swift",
    "Checksum/HardwareCRC.swift", "Checksum/ReflectedCRC.swift", "EventStream",
]

/// The files of the module EventStreamCodec.
let onlyInEventStreamCodec = [
    "Async", "AWSChunked", "Checksum/CRC32C.swift", "Checksum/CRC32CTables.swift", "Checksum/CRC64NVME.swift",
    "Checksum/CRC64NVMETables.swift", "Chunked", "EventStreamCodec.docc", "EventStreamCodec.swift", "InputKind",
    "Signing",
]

let package = Package(
    name: "EventStreamCodec",
    // Where spans begin to be available.
    platforms: [.macOS("10.14.4"), .iOS("12.2"), .tvOS("12.2"), .watchOS("5.2"), .visionOS("1.0")],
    products: [
        .library(name: "EventStreamCodec", targets: ["EventStreamCodec"]),
        .library(name: "EventStreamCrypto", targets: ["EventStreamCrypto"]),
        .library(name: "EventStreamFoundation", targets: ["EventStreamFoundation"]),
        .library(name: "EventStreamMessages", targets: ["EventStreamMessages"]),
        .library(name: "EventStreamNIO", targets: ["EventStreamNIO"]),
        .library(name: "LambdaStreaming", targets: ["LambdaStreaming"]),
        .library(name: "LambdaStreamingRuntime", targets: ["LambdaStreamingRuntime"]),
    ],
    traits: [
        .trait(
            name: "Crypto",
            description: "Hashes, request signing and checksums in EventStreamCrypto, with swift-crypto."),
        .trait(
            name: "HardwareChecksum",
            description: "CRCs by the processor's carry-less multiplication (x86-64, arm64), chosen at run time."),
        .trait(
            name: "LambdaRuntime",
            description: "The runtime for handlers in LambdaStreamingRuntime, which stands on SwiftNIO."),
        .trait(
            name: "NIO",
            description: "Messages and chunked bodies in ByteBuffers, in EventStreamNIO, with SwiftNIO."),
        .trait(
            name: "Network",
            description: "Lets the command eventstream open URLs (request, lambda invoke URL), with AsyncHTTPClient.",
            // Nearly every request to AWS is signed.
            enabledTraits: ["Crypto"]),
    ],
    dependencies: [
        // Only executables and tests use these; who depends on the library product fetches none of them.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // AsyncHTTPClient's own dependencies, whose types configure it.
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.36.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.30.0"),
    ],
    targets: [
        // The library is two modules in one folder. EventStreamCodec re-exports EventStreamMessages.
        .target(
            name: "EventStreamMessages",
            dependencies: [hardwareChecksum],
            path: "Sources/EventStreamCodec",
            exclude: onlyInEventStreamCodec,
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "EventStreamCodec",
            dependencies: ["EventStreamMessages", hardwareChecksum],
            path: "Sources/EventStreamCodec",
            exclude: onlyInEventStreamMessages,
            swiftSettings: strict + lifetimes
        ),
        .target(name: "CHardwareChecksum"),
        .target(
            name: "EventStreamCrypto",
            dependencies: ["EventStreamCodec", forCrypto()],
            swiftSettings: strict + lifetimes
        ),
        .target(name: "EventStreamFoundation", dependencies: ["EventStreamCodec"], swiftSettings: strict + lifetimes),
        .target(
            name: "EventStreamNIO",
            dependencies: ["EventStreamCodec", forNIO("NIOCore")],
            swiftSettings: strict + lifetimes + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        // JSON, base64 and other text for the targets around the library; not a product.
        .target(
            name: "TextCoding",
            dependencies: ["EventStreamCodec"],
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "LambdaStreaming",
            dependencies: ["EventStreamCodec", "TextCoding"],
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "LambdaStreamingRuntime",
            dependencies: [
                "LambdaStreaming", "TextCoding", forRuntime("NIOConcurrencyHelpers"), forRuntime("NIOCore"),
                forRuntime("NIOHTTP1"), forRuntime("NIOPosix"), forRuntime("SystemPackage", "swift-system"),
            ],
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        .executableTarget(
            name: "eventstream",
            dependencies: [
                "EventStreamCodec", "EventStreamCrypto", "LambdaStreaming", "TextCoding",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
                forNetwork("AsyncHTTPClient", "async-http-client"), forNetwork("NIOConcurrencyHelpers"),
                forNetwork("NIOCore"), forNetwork("NIOHTTP1"), forNetwork("NIOHTTP2", "swift-nio-http2"),
                forNetwork("NIOPosix"), forNetwork("NIOSSL", "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        // zlib's CRC-32, the reference of benchmarks and tests; loaded at run time.
        .target(name: "ZlibReference", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "AllocationCounter", "EventStreamCodec", "ZlibReference",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .target(name: "EventStreamNIO", condition: .when(traits: ["NIO"])), forNIO("NIOCore"),
            ],
            path: "Benchmarks",
            exclude: ["RESULTS.md", "command-instructions.json", "instructions.json", "throughput.svg"],
            swiftSettings: strict
        ),
        // Counts allocations for tests and benchmarks.
        .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
        // Second opinions: decoders written for clarity, which share nothing with the library.
        .target(name: "ReferenceDecoders", path: "Tests/ReferenceDecoders", swiftSettings: strict),
        // Counts steps, where the compiler is told to call it at every edge.
        .target(name: "StepCounter", path: "Tests/StepCounter"),
        .executableTarget(
            name: "codec-fuzz",
            dependencies: [
                "EventStreamCodec", "ReferenceDecoders", "StepCounter", "TestSupport", "ZlibReference",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Dictionaries"],
            swiftSettings: strict + lifetimes
        ),
        .target(
            name: "TestSupport",
            dependencies: ["AllocationCounter", "EventStreamCodec"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "EventStreamCodecTests",
            dependencies: [
                "EventStreamCodec", "EventStreamCrypto", "EventStreamFoundation", "ReferenceDecoders", "TestSupport",
                "ZlibReference",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EventStreamCryptoTests",
            dependencies: ["EventStreamCodec", "EventStreamCrypto", "TestSupport", forCrypto()],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EventStreamNIOTests",
            dependencies: [
                "EventStreamCodec", "EventStreamNIO", "TestSupport", forNIO("NIOCore"), forNIO("NIOEmbedded"),
                forNIO("NIOPosix"),
            ],
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        .testTarget(
            name: "TextCodingTests",
            dependencies: ["EventStreamCodec", "TestSupport", "TextCoding"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LambdaStreamingTests",
            dependencies: ["EventStreamCodec", "LambdaStreaming", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LambdaStreamingRuntimeTests",
            dependencies: [
                "LambdaStreaming", "LambdaStreamingRuntime", "TestSupport", forRuntime("NIOCore"),
                forRuntime("NIOEmbedded"), forRuntime("NIOHTTP1"), forRuntime("NIOPosix"),
            ],
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "EventStreamCodec", "LambdaStreaming", "TestSupport", "TextCoding", "codec-fuzz", "eventstream",
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

#if os(Linux)
// lambda-local starts processes as only Linux can. It is not a product, so users of the library fetch nothing for it. With the
// variable WITHOUT_LAMBDA_LOCAL, it and SwiftNIO are not built, which CI's quick steps and those with sanitizers do not need.
if Context.environment["WITHOUT_LAMBDA_LOCAL"] == nil {
    package.dependencies += [
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.0")
    ]
    package.targets += [
        .target(name: "CFunctionProcess"),
        .executableTarget(
            name: "lambda-local",
            dependencies: [
                "CFunctionProcess", "EventStreamCodec", "LambdaStreaming", "TextCoding",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
        ),
        // The README's function; nothing without the trait.
        .executableTarget(
            name: "readme-function",
            dependencies: ["LambdaStreamingRuntime"],
            path: "Tests/LambdaFunctions/ReadmeFunction",
            swiftSettings: strict
        ),
        // A function that shows the runtime's tests what the runtime does to its process; nothing without the trait.
        .executableTarget(
            name: "probe-function",
            dependencies: ["LambdaStreamingRuntime"],
            path: "Tests/LambdaFunctions/ProbeFunction",
            swiftSettings: strict
        ),
        .testTarget(
            name: "LambdaLocalTests",
            dependencies: [
                "EventStreamCodec", "TestSupport", "eventstream", "lambda-local", "readme-function",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
    ]
    package.targets.first { $0.name == "LambdaStreamingRuntimeTests" }?.dependencies.append("probe-function")
}
#endif
