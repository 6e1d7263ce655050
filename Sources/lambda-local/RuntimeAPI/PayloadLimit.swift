/// The most bytes that Lambda passes on (developer guide, "Lambda quotas").
enum PayloadLimit {
    /// An event, of who waits for the response: 6 MiB.
    static let buffered = 6 << 20

    /// An event, of who does not wait: 1 MiB.
    static let asynchronous = 1 << 20

    /// A response that is sent on whole: 6 MiB, and 100 bytes that Lambda adds.
    static let bufferedResponse = buffered + 100

    /// A response that is sent on as it comes: 200 MB.
    static let streamed = 200_000_000
}
