import Domain
import HTTPTypes
import Primitives

/// `pageSize` and `nextPage` of a call. Tokens stand for the last key of a page, so pages never shift.
struct Paging: Sendable, Hashable {
    static let defaultSize = 200
    static let maximumSize = 2000
    /// A page of large records ends early; its token goes on behind its last one.
    static let maximumBytes = 16 << 20

    let size: Int
    let after: Int64?
    /// How many there are on all pages, as the first one counted them; nil there, and after a token of a former version.
    private let total: Int64?

    init(_ target: RequestTarget) throws(APIError) {
        if let text = target["pageSize"] {
            guard let size = Int(text), (1...Self.maximumSize).contains(size) else {
                throw .badRequest(
                    "pageSize is a whole number from 1 to \(Self.maximumSize); \u{201C}\(text.prefix(60))\u{201D} is not."
                )
            }
            self.size = size
        } else {
            size = Self.defaultSize
        }
        if let token = target["nextPage"] {
            guard let place = Self.position(token) else {
                throw .badRequest("nextPage is not a token of this API; leave it out to begin at the first page.")
            }
            (after, total) = (place.key, place.total)
        } else {
            (after, total) = (nil, nil)
        }
    }

    static func token(_ key: Int64, total: Int64? = nil) -> String {
        let text = total.map { "k\(key).\($0)" } ?? "k\(key)"
        return Base64.encodeURLSafe(Array(text.utf8))
    }

    private static func position(_ token: String) -> (key: Int64, total: Int64?)? {
        guard token.utf8.count <= 64, let bytes = Base64.decode(token), bytes.first == 0x6B else { return nil }
        let numbers = String(decoding: bytes.dropFirst(), as: UTF8.self)
            .split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
        guard let key = numbers[0] else { return nil }
        guard numbers.count > 1 else { return (key, nil) }
        guard numbers.count == 2, let total = numbers[1], total >= 0 else { return nil }
        return (key, total)
    }

    /// How many there are on all pages. By some filters every event is looked at for that: once for a list, not for each page.
    func total(_ count: () async throws -> Int64) async throws -> Int64 {
        if let total { return total }
        return try await count()
    }

    /// A page of `items`, of which one more than `size` may have been read to learn whether there are more.
    func reply<Item>(
        _ items: [Item],
        total: Int64?,
        key: (Item) -> Int64,
        shape: (Item) async throws -> JSON
    ) async throws -> Reply {
        var body: [UInt8] = [UInt8(ascii: "[")]
        var count = 0
        for item in items.prefix(size) where body.count <= Self.maximumBytes {
            if count > 0 { body.append(UInt8(ascii: ",")) }
            body += try await shape(item).bytes
            count += 1
        }
        body.append(UInt8(ascii: "]"))
        var reply = Reply(content: .bytes(body, type: Reply.jsonType))
        reply.headers[.elementsReturnedCount] = String(count)
        if let total { reply.headers[.elementsTotalCount] = String(total) }
        if items.count > count {
            reply.headers[.elementsNextPageToken] = Self.token(key(items[count - 1]), total: total)
        }
        return reply
    }
}
