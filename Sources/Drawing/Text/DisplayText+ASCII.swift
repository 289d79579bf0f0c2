extension DisplayText {
    /// The text in as many columns with nothing but ASCII, for terminals that show no more.
    package var ascii: DisplayText {
        guard !isASCII else { return self }
        var kept = String.UnicodeScalarView()
        for cell in cells {
            kept.append(cell.ascii)
            if cell.columns == 2 { kept.append(" ") }
        }
        return DisplayText(trusted: String(kept), width: width, isASCII: true)
    }
}

extension TextCell {
    /// What stands for the cell in ASCII: the same sign, one like it, the letter without its accent, or a question mark.
    var ascii: Unicode.Scalar {
        guard let first = scalars.first else { return " " }
        return first.isASCII ? first : Self.similar[first] ?? LatinLetters.plain(first) ?? "?"
    }

    private static let similar: [Unicode.Scalar: Unicode.Scalar] = [
        "…": "~", "≈": "~", "·": "-", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‘": "'", "’": "'", "“": "\"",
        "”": "\"", "„": "\"", "«": "<", "»": ">", "‹": "<", "›": ">", "→": ">", "←": "<", "↑": "^", "↓": "v", "×": "x",
        "•": "*", "⏎": ".", "▸": ">", "▾": "v", "✓": "V", "✗": "x", "↻": "@", "▲": "!", "●": "*", "■": "#",
    ]
}
