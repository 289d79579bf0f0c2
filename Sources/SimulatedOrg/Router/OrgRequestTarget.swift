/// A request target taken apart: path segments and query parameters, percent-decoded.
struct OrgRequestTarget: Sendable {
    /// As it was in the request line.
    let text: String
    let segments: [String]
    private let parameters: [(name: String, value: String)]

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        text = target
        // A trailing slash means nothing.
        segments = (parts.first ?? "").split(separator: "/").map { Self.decoded($0, plusIsBlank: false) }
        parameters = parts.count > 1 ? Self.pairs(parts[1]) : []
    }

    subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The name and value pairs of a query or a form body.
    static func pairs(_ text: Substring) -> [(name: String, value: String)] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0], plusIsBlank: true), parts.count > 1 ? decoded(parts[1], plusIsBlank: true) : "")
        }
    }

    private static func decoded(_ text: Substring, plusIsBlank: Bool) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[position + 1...position + 2], as: UTF8.self), radix: 16)
            {
                output.append(byte)
                position += 3
            } else {
                output.append(plusIsBlank && bytes[position] == UInt8(ascii: "+") ? 0x20 : bytes[position])
                position += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
