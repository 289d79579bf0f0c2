/// The path and query of a request, taken apart and decoded once.
struct RequestTarget: Sendable, Hashable {
    struct QueryItem: Sendable, Hashable {
        let name: String
        let value: String
    }

    /// Tab and line ends.
    private static let whiteSpace: [UInt8] = [0x09, 0x0A, 0x0D]

    /// Decoded, without empty ones at the end.
    let segments: [String]
    let query: [QueryItem]

    /// Nil where a `%` begins no byte, the bytes are no UTF-8, or they hold control characters; a value may have the white
    /// space that a text is pasted with.
    init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in (parts.first ?? "").split(separator: "/") {
            guard let segment = Self.decode(part) else { return nil }
            segments.append(segment)
        }
        var query: [QueryItem] = []
        for pair in parts.count > 1 ? parts[1].prefix(while: { $0 != "#" }).split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decode(sides[0], plusIsSpace: true),
                let value = Self.decode(sides.count > 1 ? sides[1] : "", plusIsSpace: true, allowing: Self.whiteSpace)
            else { return nil }
            query.append(QueryItem(name: name, value: value))
        }
        self.segments = segments
        self.query = query
    }

    /// Why an address is none that can be taken apart, in one sentence.
    static func fault(of text: String) -> String {
        let bytes = Array(text.utf8)
        let holdsControl = bytes.indices.contains { index in
            guard bytes[index] == 0x25, index + 2 < bytes.count, let high = hexValue(bytes[index + 1]) else {
                return false
            }
            return high < 2 && hexValue(bytes[index + 2]) != nil
        }
        return holdsControl
            ? "The address holds a control character, which nothing here has in its name; leave it out."
            : "The address is not properly percent-encoded."
    }

    /// The value of that name that isn't empty; the first, where nobody has refused a second.
    subscript(name: String) -> String? { query.first { $0.name == name && !$0.value.isEmpty }?.value }

    /// Every value of `name`, `name[]` and `name[0]`, commas parting more of them.
    func list(_ name: String) -> [String] {
        query.filter { $0.name == name || $0.name.hasPrefix(name + "[") }
            .flatMap { $0.value.split(separator: ",").map(String.init) }
            .filter { !$0.isEmpty }
    }

    private static func decode(
        _ text: Substring,
        plusIsSpace: Bool = false,
        allowing controls: [UInt8] = []
    ) -> String? {
        guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B || $0 >= 0x80 || $0 < 0x20 }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte == 0x2B && plusIsSpace ? 0x20 : byte)
            }
        }
        guard !bytes.contains(where: { $0 < 0x20 && !controls.contains($0) }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
