#if !arch(wasm32)
import Glibc
#endif

/// Standard input and output: WASI's on WebAssembly, the C library's elsewhere.
enum Host {
    static func readAll() -> [UInt8] {
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read($0) }
            guard count > 0 else { return input }
            input += buffer[..<count]
        }
    }

    static func write(_ line: JSONLine) {
        let bytes = line.line
        unsafe bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                written += unsafe write(UnsafeRawBufferPointer(rebasing: bytes[written...]))
            }
        }
    }

    #if arch(wasm32)
    private static func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        // WASI's `iovec`: an address and a length.
        let vector = [UInt32(UInt(bitPattern: buffer.baseAddress)), UInt32(buffer.count)]
        var count: UInt32 = 0
        guard unsafe wasiRead(0, vector, 1, &count) == 0 else { fatalError("standard input cannot be read") }
        return Int(count)
    }

    private static func write(_ buffer: UnsafeRawBufferPointer) -> Int {
        let vector = [UInt32(UInt(bitPattern: buffer.baseAddress)), UInt32(buffer.count)]
        var count: UInt32 = 0
        guard unsafe wasiWrite(1, vector, 1, &count) == 0 else { fatalError("standard output cannot be written") }
        return Int(count)
    }
    #else
    private static func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        unsafe Glibc.read(0, buffer.baseAddress, buffer.count)
    }

    private static func write(_ buffer: UnsafeRawBufferPointer) -> Int {
        let count = unsafe Glibc.write(1, buffer.baseAddress, buffer.count)
        guard count > 0 else { fatalError("standard output cannot be written") }
        return count
    }
    #endif
}

#if arch(wasm32)
@_extern(wasm, module: "wasi_snapshot_preview1", name: "fd_read")
@_extern(c)
func wasiRead(
    _ descriptor: Int32, _ vectors: UnsafePointer<UInt32>, _ count: Int32, _ read: UnsafeMutablePointer<UInt32>
) -> Int32

@_extern(wasm, module: "wasi_snapshot_preview1", name: "fd_write")
@_extern(c)
func wasiWrite(
    _ descriptor: Int32, _ vectors: UnsafePointer<UInt32>, _ count: Int32, _ written: UnsafeMutablePointer<UInt32>
) -> Int32
#endif
