import EngineAPI
import HTTPTypes

/// Bodies are read as they stand: one that says that it is compressed is refused by that name, not for what its bytes look like.
enum ContentCoding {
    private static let longest = 40

    /// What the header names beside `identity`; it stands in sentences.
    static func foreign(_ headers: HTTPFields) -> String? {
        guard let header = headers[.contentEncoding] else { return nil }
        let codings = header.split(separator: ",").map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }
        let foreign = codings.filter { $0 != "identity" && !$0.isEmpty }
        guard !foreign.isEmpty else { return nil }
        return String(foreign.joined(separator: ", ").filter(\.isASCII).prefix(longest))
    }

    /// - Throws: `ReceiverRefusal.encoded`, which the listeners answer with 415.
    static func check(_ headers: HTTPFields) throws(ReceiverRefusal) {
        if let coding = foreign(headers) { throw .encoded(coding) }
    }
}
