package import Domain
import Primitives

/// A value of a row that is nested deeper than is read.
struct DeepValue: Sendable, Hashable {
    let recordID: String?
    let field: String
}

/// One page of a query; every row keeps its values as the org spelled them.
package struct QueryPage: Sendable, Hashable {
    package var totalSize: Int
    package var isDone: Bool
    /// A path of the org; nil where the page is the last or the org names no such path.
    package var nextPath: String?
    package var rows: [RecordFields]
    /// Records that were written while their rows were put together from several answers; the next poll finds their newer
    /// state.
    var torn: Set<String> = []
    /// Values that are nested deeper than is read, which the rows are without.
    var deepValues: [DeepValue] = []
    /// When the rows were asked for, by this machine's clock.
    var requestedAt: Timestamp?

    package init(totalSize: Int, isDone: Bool, nextPath: String? = nil, rows: [RecordFields]) {
        self.totalSize = totalSize
        self.isDone = isDone
        self.nextPath = nextPath
        self.rows = rows
    }

    package init(parsing bytes: [UInt8]) throws(SalesforceError) {
        do {
            self = try Self.parse(bytes)
        } catch {
            throw SalesforceError(
                .transient,
                "The org's page of rows can't be read: \(error); it is asked again soon.",
                code: RestFailure.unusableCode
            )
        }
    }

    private static func parse(_ bytes: [UInt8]) throws(JSONError) -> QueryPage {
        var page = QueryPage(totalSize: 0, isDone: true, rows: [])
        var hasRecords = false
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        try scanner.members { (scanner: inout JSONScanner, name) throws(JSONError) in
            switch scanner.unescaped(name) {
            case "records":
                hasRecords = true
                try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                    try page.appendRow(from: &scanner)
                }
            case "done": page.isDone = scanner.text(try scanner.value()) != "false"
            case "totalSize": page.totalSize = PlausibleCount.parse(scanner.text(try scanner.value())) ?? 0
            case "nextRecordsUrl":
                guard scanner.peek() == 0x22 else {
                    _ = try scanner.value()
                    return
                }
                page.nextPath = Self.path(scanner.unescaped(try scanner.stringRange()))
            default: _ = try scanner.value()
            }
        }
        try scanner.expectEnd()
        guard hasRecords else { throw scanner.failure("no \u{201C}records\u{201D}") }
        return page
    }

    /// One value is no reason to do without the other rows, nor without the rest of its own.
    private mutating func appendRow(from scanner: inout JSONScanner) throws(JSONError) {
        var deep: [String] = []
        let row = try RecordFields(from: &scanner, like: rows.last, leavingOut: &deep)
        for field in deep { deepValues.append(DeepValue(recordID: row.identifier("Id"), field: field)) }
        rows.append(row)
    }

    /// The path of an address. Whatever host is named with it, the org itself is asked: the request carries the token.
    private static func path(_ address: String) -> String? {
        var path = address[...]
        if let scheme = path.firstRange(of: "://") {
            path = path[scheme.upperBound...]
            path = path.firstIndex(of: "/").map { path[$0...] } ?? ""
        }
        return path.hasPrefix("/services/data/") ? String(path) : nil
    }

    /// The rows of `POST /composite/sobjects/X`, which has null for those that are gone or hidden.
    package static func retrieved(_ bytes: [UInt8]) throws(SalesforceError) -> QueryPage {
        do {
            var page = QueryPage(totalSize: 0, isDone: true, rows: [])
            var scanner = JSONScanner(bytes)
            scanner.skipWhitespace()
            try scanner.elements { (scanner: inout JSONScanner) throws(JSONError) in
                if scanner.peek() == 0x7B {
                    try page.appendRow(from: &scanner)
                } else {
                    _ = try scanner.value()
                }
            }
            page.totalSize = page.rows.count
            return page
        } catch {
            throw SalesforceError(
                .transient,
                "The org's rows can't be read: \(error); they are asked for again soon.",
                code: RestFailure.unusableCode
            )
        }
    }
}

extension RecordFields {
    /// A field that holds a moment; the common spelling without escapes is read without decoding.
    func timestamp(_ name: String) -> Timestamp? {
        guard let raw = self[name], raw.utf8.first == 0x22 else { return nil }
        let inner = raw.utf8.dropFirst().dropLast()
        return inner.contains(0x5C)
            ? string(name).flatMap { Timestamp(parsing: $0) } : Timestamp(parsing: Substring(inner))
    }

    /// A field that holds an id, in 18 characters.
    func identifier(_ name: String) -> String? {
        guard let raw = self[name], raw.utf8.first == 0x22 else { return nil }
        return SalesforceID(String(raw.dropFirst().dropLast()))?.text
    }
}
