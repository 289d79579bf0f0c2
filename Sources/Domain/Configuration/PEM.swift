/// Keys as text between `-----BEGIN …-----` and `-----END …-----`.
package enum PEM {
    /// One such piece of a text.
    package struct Block: Sendable, Hashable, SecretBearing {
        /// `RSA PRIVATE KEY`
        package let label: String
        /// What stands between the lines, without white space. Headers, which old encrypted keys have, are part of it.
        package let body: String

        package var isPrivateKey: Bool { label.hasSuffix("PRIVATE KEY") }
    }

    /// All that are complete, in their order, and whether one that isn't begins behind them.
    package static func blocks(_ text: String) -> (complete: [Block], isUnfinished: Bool) {
        var found: [Block] = []
        var rest = text[...]
        while let begin = rest.firstRange(of: "-----BEGIN ") {
            rest = rest[begin.upperBound...]
            guard let headEnd = rest.firstRange(of: "-----"),
                let end = rest[headEnd.upperBound...].firstRange(of: "-----END ")
            else { return (found, true) }
            let body = rest[headEnd.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
            found.append(Block(label: String(rest[..<headEnd.lowerBound]), body: body))
            rest = rest[end.upperBound...]
        }
        return (found, false)
    }

    /// The key in lines of 64, however the line ends were lost on the way: in a form's single line, as `\\n` in JSON. What
    /// stands beside it, such as its certificate, goes.
    ///
    /// What doesn't look like one stays as it is.
    package static func normalized(_ text: String) -> String {
        let text = text.replacing("\\n", with: "\n")
        let blocks = blocks(text).complete
        // Headers of old encrypted keys are lines of their own.
        guard let block = blocks.first(where: \.isPrivateKey) ?? blocks.first, !block.body.isEmpty,
            !block.body.contains(":")
        else { return text }
        var lines = ["-----BEGIN \(block.label)-----"]
        var rest = block.body[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(block.label)-----", ""]).joined(separator: "\n")
    }
}
