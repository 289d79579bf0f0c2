/// Picks texts out of the flat XML of metadata files and acknowledgements.
enum XMLText {
    /// The contents of every element of this name, whatever its prefix and attributes.
    static func elements(_ name: String, in text: String) -> [String] {
        var found: [String] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: ">") else { break }
            let tag = rest[..<close]
            rest = rest[rest.index(after: close)...]
            let full = tag.prefix { !$0.isWhitespace && $0 != "/" }
            guard full.split(separator: ":").last.map({ String($0) }) == name, !tag.hasPrefix("/"), !tag.hasSuffix("/"),
                let end = rest.firstRange(of: "</\(full)")
            else { continue }
            found.append(unescaped(rest[..<end.lowerBound]))
            rest = rest[end.lowerBound...]
        }
        return found
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static func unescaped(_ text: Substring) -> String {
        guard !text.contains("<") else { return String(text) }
        return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
