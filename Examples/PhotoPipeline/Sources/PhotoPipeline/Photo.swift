import Foundation
import LambdaStreamingRuntime
import NIOFileSystem

/// Sends a photo of several megabytes from disk. The file is read no faster than the caller reads the response.
func photo(_ event: InvocationEvent, _ responseStream: ResponseStream, _ context: InvocationContext) async throws {
    let path = ProcessInfo.processInfo.environment["PHOTO"] ?? "photo.jpg"
    try responseStream.setContentType("image/jpeg")
    let file = try await FileSystem.shared.openFile(forReadingAt: FilePath(path), options: .init())
    do {
        try await pipeline(file.readChunks(chunkLength: .kibibytes(64)), responseStream)
    } catch {
        // The error of the pipeline is the one to report.
        try? await file.close()
        throw error
    }
    try await file.close()
}
