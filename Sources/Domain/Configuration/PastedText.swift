/// Keys, tokens and addresses as they come out of a clipboard, a file or a variable: with blanks, line ends, marks that
/// don't show or quotation marks around them. Kept like that they would never fit, and nobody would see why.
package enum PastedText {
    private static let quotes: [(open: Character, close: Character)] = [
        ("\"", "\""), ("'", "'"), ("`", "`"), ("\u{201C}", "\u{201D}"), ("\u{2018}", "\u{2019}"),
    ]

    /// Without what doesn't show at both ends; `unquoting` takes a pair of quotation marks off, too.
    package static func cleaned(_ text: String, unquoting: Bool) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, isInvisible(first) { scalars.removeFirst() }
        while let last = scalars.last, isInvisible(last) { scalars.removeLast() }
        let text = String(scalars)
        guard unquoting, text.count >= 2, isQuoted(text) else { return text }
        return cleaned(String(text.dropFirst().dropLast()), unquoting: true)
    }

    /// Whether a pair of quotation marks stands around it.
    package static func isQuoted(_ text: String) -> Bool {
        text.count >= 2 && quotes.contains { text.first == $0.open && text.last == $0.close }
    }

    /// The signature key that was meant: `v1,whsec_…` is how some services show theirs.
    package static func signatureKey(_ text: String) -> String {
        let text = cleaned(text, unquoting: false)
        let bare = cleaned(text, unquoting: true)
        for start in ["v1,whsec_", "whsec_"] where bare.lowercased().hasPrefix(start) {
            return "whsec_" + cleaned(String(bare.dropFirst(start.count)), unquoting: false)
        }
        return text
    }

    /// Why a cleaned signature key can't be meant, as a clause that goes on behind its name; nil if it can.
    package static func signatureKeyFault(_ cleaned: String) -> String? {
        if isQuoted(cleaned) { return "stands in quotation marks; leave them out" }
        if hidesSomething(cleaned) {
            return "contains a line end or a character that doesn't show; type it anew instead of pasting it"
        }
        return nil
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

    /// White space, control characters and marks that have no width.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: true
        default: false
        }
    }
}
