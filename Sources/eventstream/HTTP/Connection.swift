import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A TCP connection, closed when it goes.
struct Connection: ~Copyable {
    private let descriptor: FileDescriptor
    private let name: String

    /// Connects to the first address of the host that answers.
    init(to url: InvokeURL) throws {
        name = url.text
        var hints = unsafe addrinfo()
        #if canImport(Glibc)
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
        unsafe hints.ai_socktype = SOCK_STREAM
        #endif
        var addresses: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(url.host, String(url.port), &hints, &addresses)
        guard status == 0 else {
            let reason = unsafe String(cString: gai_strerror(status))
            throw CommandFailure(status: CommandFailure.Status.noInput, message: "\(url.text): \(reason)")
        }
        defer { unsafe freeaddrinfo(addresses) }
        var failure = Errno.addressNotAvailable
        var next = unsafe addresses
        while let address = unsafe next?.pointee {
            let socket = unsafe socket(address.ai_family, address.ai_socktype, address.ai_protocol)
            if socket >= 0 {
                if unsafe connect(socket, address.ai_addr, address.ai_addrlen) == 0 {
                    descriptor = FileDescriptor(rawValue: socket)
                    return
                }
                failure = Errno(rawValue: errno)
                close(socket)
            } else {
                failure = Errno(rawValue: errno)
            }
            unsafe next = address.ai_next
        }
        throw CommandFailure(status: CommandFailure.Status.noInput, message: "\(url.text): \(failure)")
    }

    deinit {
        try? descriptor.close()
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws {
        do {
            try descriptor.writeAll(bytes)
        } catch let error as Errno {
            throw CommandFailure(error, at: name)
        }
    }

    /// Waits for the next bytes and puts them into `buffer`.
    ///
    /// - Returns: How many there are; 0 at the end.
    func read(into buffer: inout ContiguousArray<UInt8>) throws -> Int {
        do {
            return try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
        } catch let error as Errno {
            throw CommandFailure(error, at: name)
        }
    }
}
