import Foundation
import LambdaStreamingRuntime
import NIOCore
import NIOFileSystem

/// A photo of several megabytes, read from disk no faster than the other side takes it.
func photo(_ responseStream: ResponseStream) async throws {
    let path = ProcessInfo.processInfo.environment["SAMPLES_PHOTO"] ?? ".build/photo.jpg"
    try responseStream.setContentType("image/jpeg")
    let file = try await FileSystem.shared.openFile(forReadingAt: FilePath(path), options: .init())
    do {
        try await pipeline(file.readChunks(chunkLength: .kibibytes(64)), responseStream)
    } catch {
        try await file.close()
        throw error
    }
    try await file.close()
}
