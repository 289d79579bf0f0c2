/// Keys as text between `-----BEGIN …-----` and `-----END …-----`.
package enum PEM {
    /// The same in lines of 64, however the line ends were lost on the way: in a form's single line, as `\\n` in JSON.
    ///
    /// What doesn't look like one stays as it is.
    package static func normalized(_ text: String) -> String {
        let text = text.replacing("\\n", with: "\n")
        guard let begin = text.firstRange(of: "-----BEGIN "),
            let headEnd = text[begin.upperBound...].firstRange(of: "-----"),
            let end = text[headEnd.upperBound...].firstRange(of: "-----END ")
        else { return text }
        let label = text[begin.upperBound..<headEnd.lowerBound]
        let body = text[headEnd.upperBound..<end.lowerBound].filter { !$0.isWhitespace }
        // Headers of old encrypted keys are lines of their own.
        guard !body.isEmpty, !body.contains(":") else { return text }
        var lines = ["-----BEGIN \(label)-----"]
        var rest = body[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
