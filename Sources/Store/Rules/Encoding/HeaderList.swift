package import Domain
import Primitives

/// The headers of an answer as one column: `[["Content-Type","text/plain"],…]`, nil where there are none.
package enum HeaderList {
    package static func text(_ headers: [Attempt.Header]) -> String? {
        if headers.isEmpty { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(headers.reduce(2) { $0 + $1.name.utf8.count + $1.value.utf8.count + 8 })
        for header in headers {
            out.append(contentsOf: (out.isEmpty ? "[[" : ",[").utf8)
            JSON.writeQuoted(header.name, to: &out)
            out.append(0x2C)
            JSON.writeQuoted(header.value, to: &out)
            out.append(0x5D)
        }
        out.append(0x5D)
        return String(decoding: out, as: UTF8.self)
    }

    package static func parse(_ column: String?) -> [Attempt.Header] {
        let pairs = column.flatMap { (try? JSON(parsing: $0))?.array } ?? []
        return pairs.compactMap { pair in
            guard let pair = pair.array, pair.count == 2, let name = pair[0].string, let value = pair[1].string else {
                return nil
            }
            return Attempt.Header(name: name, value: value)
        }
    }
}

extension AttemptOutcome {
    /// As two columns: the status of an answer, or the words of a failure.
    package init(status: Int?, failure: String?) {
        self = status.map { .response(status: $0) } ?? .failure(failure ?? "")
    }

    /// The words of a failure; nil where the callback answered, whatever it said.
    package var failure: String? { if case .failure(let text) = self { text } else { nil } }
}
