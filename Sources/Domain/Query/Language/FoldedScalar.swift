import Primitives

/// One scalar with case and accent folded, as words are, and both forms of the small sigma as one: the words of a store are
/// kept as they were folded once, so that those can't follow.
package enum FoldedScalar {
    /// None for an accent that stands by itself, several where a lower-case letter is spelled with them.
    package static func scalars(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.isASCII {
            let isUpper = (0x41...0x5A).contains(scalar.value)
            return [isUpper ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar]
        }
        if isAccent(scalar) { return [] }
        if scalar == "\u{3C2}" { return ["\u{3C3}"] }
        return scalar.properties.lowercaseMapping.unicodeScalars.filter { !isAccent($0) }
            .map { AccentTable.bases[$0] ?? $0 }
    }

    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool { (0x300...0x36F).contains(scalar.value) }
}
