import Primitives

/// Keys, tokens and addresses as they come out of a clipboard, a file or a variable: with blanks, line ends, marks that
/// don't show or quotation marks around them. Kept like that they would never fit, and nobody would see why.
package enum PastedText {
    private static let quotes: [(open: Character, close: Character)] = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("\u{201C}", "\u{201D}"), ("\u{2018}", "\u{2019}"),
    ]

    /// Without what doesn't show at both ends; `unquoting` takes a pair of quotation marks off, too.
    package static func cleaned(_ text: String, unquoting: Bool) -> String {
        let text = text.trimmingScalars(isInvisible)
        guard unquoting, text.count >= 2, isQuoted(text) else { return text }
        return cleaned(String(text.dropFirst().dropLast()), unquoting: true)
    }

    /// Whether a pair of quotation marks stands around it.
    package static func isQuoted(_ text: String) -> Bool {
        text.count >= 2 && quotes.contains { text.first == $0.open && text.last == $0.close }
    }

    /// The signature key that was meant: `v1,whsec_…` is how some services show theirs. Blanks at the ends of another key stay:
    /// whether they are part of it, its receivers know (`signatureKeyFault`).
    package static func signatureKey(_ text: String) -> String {
        let bare = cleaned(text, unquoting: true)
        for start in ["v1,whsec_", "whsec_"] where bare.lowercased().hasPrefix(start) {
            return "whsec_" + cleaned(String(bare.dropFirst(start.count)), unquoting: false)
        }
        if bare.isEmpty { return cleaned(text, unquoting: false) }
        return text.trimmingScalars { isInvisible($0) && !isBlank($0) }
    }

    /// Why a cleaned signature key can't be meant, as a clause that goes on behind its name; nil if it can.
    package static func signatureKeyFault(_ cleaned: String) -> String? {
        let scalars = cleaned.unicodeScalars
        if scalars.first.map(isBlank) == true || scalars.last.map(isBlank) == true {
            return "begins or ends with a blank, which receivers may take for a part of it or not; leave it out"
        }
        if isQuoted(cleaned) { return "stands in quotation marks; leave them out" }
        if hidesSomething(cleaned) {
            return "contains a line end or a character that doesn't show; type it anew instead of pasting it"
        }
        return nil
    }

    /// Why no receiver can verify by a `whsec_…` key, as a clause; nil if they can, or it is another kind of key. Not a part of
    /// the reading of a setting: a key that was stored before this was asked goes on signing.
    package static func signingSecretFault(_ key: String) -> String? {
        guard key.hasPrefix("whsec_"), !Base64.isStandard(String(key.dropFirst(6))) else { return nil }
        return "begins with whsec_ but the rest is not base64 as receivers read it (A–Z, a–z, 0–9, + and /, padded "
            + "with =); use another key or a proper whsec_ secret"
    }

    /// Why a cleaned token, code or consumer secret can't be one, as a clause; nil if it can: they have no blanks.
    package static func tokenFault(_ cleaned: String) -> String? {
        guard cleaned.contains(" ") || hidesSomething(cleaned) else { return nil }
        return "contains a blank, a line end or a character that doesn't show; copy it anew, in one piece"
    }

    /// Whether something doesn't show in the middle: a line end, a control character, a mark of no width.
    package static func hidesSomething(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0 != " " && isInvisible($0) }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator
    }

    /// White space, control characters and marks that have no width.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isInvisible || scalar.properties.isWhitespace
    }
}

extension String {
    fileprivate func trimmingScalars(_ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, isTrimmed(first) { scalars.removeFirst() }
        while let last = scalars.last, isTrimmed(last) { scalars.removeLast() }
        return String(scalars)
    }
}
