import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A TCP socket that listens on 127.0.0.1. Neither it nor the connections that it accepts block.
struct LoopbackListener: ~Copyable {
    let descriptor: FileDescriptor

    /// The port on which it listens.
    let port: UInt16

    /// Listens on a port.
    ///
    /// - Parameter port: The port, or 0 for one that is free.
    /// - Throws: `Errno`.
    init(port: UInt16) throws(Errno) {
        let descriptor = FileDescriptor(rawValue: try Self.check(socket(AF_INET, Self.streamType, 0)))
        do throws(Errno) {
            self.port = try Self.listen(descriptor, on: port)
            self.descriptor = descriptor
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    deinit {
        try? descriptor.close()
    }

    /// Binds a socket to a port of 127.0.0.1 and returns the port.
    private static func listen(_ socket: FileDescriptor, on port: UInt16) throws(Errno) -> UInt16 {
        // A port can be used again directly after the process that used it has ended.
        try socket.set(SO_REUSEADDR, at: SOL_SOCKET)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(socket.rawValue, address, length) == 0, startListening(socket.rawValue) == 0 else {
                    return Int32(-1)
                }
                return unsafe getsockname(socket.rawValue, address, &length)
            }
        }
        try check(result)
        try socket.stopBlocking()
        return UInt16(bigEndian: address.sin_port)
    }

    /// Accepts a connection.
    ///
    /// - Returns: The connection, which the caller closes; nil if none is waiting.
    /// - Throws: `Errno` if the process or the system has no more descriptors or memory.
    func accept() throws(Errno) -> FileDescriptor? {
        while true {
            let number = Self.accept(descriptor.rawValue)
            if number >= 0 {
                let connection = FileDescriptor(rawValue: number)
                do throws(Errno) {
                    try connection.stopBlocking()
                    // A message is sent when it is due and does not wait for the next one.
                    try connection.set(TCP_NODELAY, at: Int32(IPPROTO_TCP))
                } catch {
                    try? connection.close()
                    continue
                }
                return connection
            }
            let error = Errno(rawValue: errno)
            switch error {
            case .resourceTemporarilyUnavailable: return nil
            // The connection that was waiting has failed, or a signal arrived.
            case .connectionAbort, .interrupted, .protocolError: continue
            default: throw error
            }
        }
    }

    private static func accept(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.accept(descriptor, nil, nil)
        #elseif canImport(Musl)
        Musl.accept(descriptor, nil, nil)
        #else
        Darwin.accept(descriptor, nil, nil)
        #endif
    }

    private static func startListening(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.listen(descriptor, SOMAXCONN)
        #elseif canImport(Musl)
        Musl.listen(descriptor, SOMAXCONN)
        #else
        Darwin.listen(descriptor, SOMAXCONN)
        #endif
    }

    private static var streamType: Int32 {
        #if canImport(Glibc)
        Int32(SOCK_STREAM.rawValue)
        #else
        SOCK_STREAM
        #endif
    }

    @discardableResult
    fileprivate static func check(_ result: Int32) throws(Errno) -> Int32 {
        guard result >= 0 else { throw Errno(rawValue: errno) }
        return result
    }
}

extension FileDescriptor {
    /// Switches an option of a socket on.
    fileprivate func set(_ option: Int32, at level: Int32) throws(Errno) {
        var value: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try LoopbackListener.check(unsafe setsockopt(rawValue, level, option, &value, size))
    }

    fileprivate func stopBlocking() throws(Errno) {
        try LoopbackListener.check(fcntl(rawValue, F_SETFL, O_NONBLOCK))
    }

    /// Ends what is sent on a connection. The peer reads the end after everything that was written.
    func endWriting() {
        _ = shutdown(rawValue, Int32(SHUT_WR))
    }
}

/// What a process waits for: input or output of descriptors, or a time.
struct ReadinessSet {
    private var requests: [pollfd] = []

    /// Adds a descriptor.
    ///
    /// - Returns: Its position.
    @discardableResult
    mutating func add(_ descriptor: FileDescriptor, input: Bool, output: Bool) -> Int {
        let events = (input ? POLLIN : 0) | (output ? POLLOUT : 0)
        requests.append(pollfd(fd: descriptor.rawValue, events: Int16(events), revents: 0))
        return requests.count - 1
    }

    /// Waits until a descriptor is ready or has failed, or until a time.
    ///
    /// - Parameter deadline: The time; nil for none.
    mutating func wait(until deadline: MonotonicTime?) {
        var milliseconds: Int32 = -1
        if let deadline {
            // Rounded up: waking early would only cause another wait.
            milliseconds = Int32(clamping: (deadline.microseconds(since: .now) + 999) / 1_000)
        }
        if unsafe poll(&requests, nfds_t(requests.count), milliseconds) <= 0 {
            for index in requests.indices { requests[index].revents = 0 }
        }
    }

    /// Whether the descriptor at a position is ready, or has failed, which a read or write then reports.
    func isReady(_ position: Int) -> Bool { requests[position].revents != 0 }
}
