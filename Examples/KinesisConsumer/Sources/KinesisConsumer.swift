import AsyncHTTPClient
import EventStreamCodec
import EventStreamNIO
import Foundation
import NIOCore

/// Prints each record of a shard once, until the shard is closed: `KinesisConsumer CONSUMER-ARN SHARD-ID`.
///
/// A subscription ends after five minutes, and whenever a connection breaks. The next one starts after the last event whose
/// records were printed.
@main struct KinesisConsumer {
    /// The wait after a failure. It is doubled up to the maximum, until an event arrives.
    private static let shortestDelay = Duration.milliseconds(500)
    private static let longestDelay = Duration.seconds(30)

    static func main() async {
        do {
            let arguments = CommandLine.arguments
            guard arguments.count == 3 else {
                throw ConsumerFailure("found \(arguments.count - 1) arguments, expected CONSUMER-ARN SHARD-ID")
            }
            let kinesis = try Kinesis(ProcessInfo.processInfo.environment)
            try await printRecords(of: Shard(consumer: arguments[1], id: arguments[2]), from: kinesis)
        } catch {
            log("\(error)")
            exit(1)
        }
    }

    private static func printRecords(of shard: Shard, from kinesis: Kinesis) async throws {
        var position = Position.start
        var delay = shortestDelay
        while true {
            var reason = "the subscription ended"
            var hasArrived = false
            do {
                let body = try await kinesis.subscribe(to: shard, from: position)
                for try await message in body.eventStreamMessages() {
                    guard let event = try SubscribeToShardEvent(message) else { continue }
                    for record in event.records {
                        print(record.sequenceNumber, record.partitionKey, String(decoding: record.data, as: UTF8.self))
                    }
                    fflush(nil)
                    // A closed shard has no more records. Its children have.
                    guard let next = event.continuationSequenceNumber else {
                        let children = (event.childShards ?? []).map(\.shardId).joined(separator: " ")
                        return log("the shard is closed; its children: \(children)")
                    }
                    position = .after(next)
                    hasArrived = true
                }
                if hasArrived {
                    log("\(reason), next: \(position)")
                    continue
                }
            } catch let error where isTemporary(error) {
                reason = "\(error)"
            }
            delay = hasArrived ? shortestDelay : min(delay * 2, longestDelay)
            log("\(reason), next: \(position) in up to \(delay)")
            // Many consumers that lost one server must not come back all at once.
            try await Task.sleep(for: delay * Double.random(in: 0.5...1))
        }
    }

    /// Whether the same subscription may succeed later: after a stream that was cut, after the service's errors for which it
    /// asks to retry, and after errors of the network, which have many types.
    private static func isTemporary(_ error: any Error) -> Bool {
        switch error {
        case let error as KinesisError: error.isTemporary
        case let error as EventStreamError: error.code == .unexpectedEnd
        default: !(error is ConsumerFailure || error is DecodingError || error is CancellationError)
        }
    }

    private static func log(_ text: String) {
        FileHandle.standardError.write(Data("KinesisConsumer: \(text)\n".utf8))
    }
}

/// Why the consumer cannot start.
struct ConsumerFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
