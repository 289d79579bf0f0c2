/// Elements of DER (ITU-T X.690), which keys and certificates are made of: read forward, never past the end.
package struct DERReader: Sendable {
    package enum Tag {
        package static let integer: UInt8 = 0x02
        package static let octets: UInt8 = 0x04
        package static let identifier: UInt8 = 0x06
        package static let sequence: UInt8 = 0x30
        /// `[0]`, as what the version of a certificate stands in.
        package static let first: UInt8 = 0xA0
    }

    private var rest: ArraySlice<UInt8>

    package init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(Array(bytes)) }

    package var isAtEnd: Bool { rest.isEmpty }

    /// The next element's tag.
    package var tag: UInt8? { rest.first }

    /// The content of the next element; nil where there is none, or its length can't be. Tags of several bytes, which
    /// neither keys nor certificates use, are read as of one.
    package mutating func next() -> ArraySlice<UInt8>? {
        guard rest.count >= 2 else { return nil }
        var content = rest.dropFirst(2)
        var length = Int(rest[rest.startIndex + 1])
        if length >= 0x80 {
            let digits = length - 0x80
            guard (1...4).contains(digits), content.count >= digits else { return nil }
            length = content.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
            content = content.dropFirst(digits)
        }
        guard content.count >= length else { return nil }
        rest = content.dropFirst(length)
        return content.prefix(length)
    }

    /// The same, if it is of that tag.
    package mutating func next(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard self.tag == tag else { return nil }
        return next()
    }

    /// The elements within the next one.
    package mutating func sequence() -> DERReader? { next(Tag.sequence).map(DERReader.init) }
}
