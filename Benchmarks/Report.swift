/// Prints the results as a table or as JSON.
enum Report {
    /// Returns a table with one line per benchmark.
    static func table(_ results: [Measurement]) -> String {
        let header = ["name", "ns/op", "GB/s", "per second", "allocations/op", "reference", "ns/op", "ratio", "spread"]
        let rows = results.map { result in
            [
                result.benchmark.name,
                number(result.nanoseconds),
                number(result.gigabytesPerSecond),
                "\(count(result.operationsPerSecond)) \(result.benchmark.unit)",
                allocations(result.allocations),
                result.benchmark.referenceName,
                result.referenceNanoseconds.map(number) ?? "–",
                result.speedup.map { "\(number($0))×" } ?? "–",
                result.speedupRange.map { "\(number($0.lowerBound))–\(number($0.upperBound))" } ?? "–",
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            row.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return isText[column] ? row[column] + padding : padding + row[column]
            }
            .joined(separator: "  ")
        }
        .joined(separator: "\n")
    }

    /// Whether each column is text, which is aligned left.
    private static let isText = [true, false, false, false, false, true, false, false, false]

    /// Returns a JSON array of objects, one per line.
    static func json(_ results: [Measurement]) -> String {
        let lines = results.map { result in
            let members = [
                ("name", "\"\(result.benchmark.name)\""),
                ("ns_per_op", number(result.nanoseconds)),
                ("bytes_per_op", String(result.benchmark.bytesPerOperation)),
                ("gb_per_s", number(result.gigabytesPerSecond)),
                (
                    "reference",
                    result.referenceNanoseconds.map { _ in "\"\(result.benchmark.referenceName)\"" } ?? "null"
                ),
                ("reference_ns_per_op", result.referenceNanoseconds.map(number) ?? "null"),
                ("speedup", result.speedup.map(number) ?? "null"),
                ("allocations_per_op", allocations(result.allocations)),
            ]
            return "  {" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
        }
        return "[\n" + lines.joined(separator: ",\n") + "\n]"
    }

    /// Returns the number with two decimals.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// Returns the number without rounding, because a few allocations in many operations must be visible.
    private static func allocations(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }

    private static func count(_ value: Double) -> String {
        switch value {
        case 1e9...: "\(number(value / 1e9)) G"
        case 1e6...: "\(number(value / 1e6)) M"
        case 1e3...: "\(number(value / 1e3)) k"
        default: number(value)
        }
    }
}
