import Primitives

/// Queries and forms.
package enum URLText {
    /// Decodes `%XX`, and `+` as a blank; faulty escapes stay as they are.
    package static func decode(_ text: some StringProtocol) -> String {
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x25, index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                out.append(value)
                index += 3
            } else {
                out.append(bytes[index] == 0x2B ? 0x20 : bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// `a=1&b=x%20y`; pairs without a value are left out.
    package static func form(_ pairs: [(String, String?)]) -> String {
        pairs.compactMap { name, value in value.map { "\(name.percentEncoded)=\($0.percentEncoded)" } }
            .joined(separator: "&")
    }

    /// The pairs of a query or form.
    package static func pairs(_ text: some StringProtocol) -> [(name: String, value: String)] {
        text.split(separator: "&").map { part in
            guard let equals = part.firstIndex(of: "=") else { return (decode(part), "") }
            return (decode(part[..<equals]), decode(part[part.index(after: equals)...]))
        }
    }
}
