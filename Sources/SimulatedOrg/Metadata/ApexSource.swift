/// What Apex source shows without being compiled.
enum ApexSource {
    /// The head of a trigger: name, object and events.
    static func trigger(_ body: String) -> (name: String, object: String, events: Set<String>)? {
        guard let match = uncommented(body).firstMatch(of: #/(?i)^\s*trigger\s+(\w+)\s+on\s+(\w+)\s*\(([^)]*)\)\s*\{/#)
        else {
            return nil
        }
        let events = match.3.split(separator: ",").map { event in
            event.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let known: Set<String> = [
            "before insert", "before update", "before delete", "after insert", "after update", "after delete",
            "after undelete",
        ]
        guard !events.isEmpty, events.allSatisfy({ known.contains($0) }) else { return nil }
        return (String(match.1), String(match.2), Set(events))
    }

    /// The name of the class that the source declares.
    static func className(_ body: String) -> String? {
        uncommented(body).firstMatch(of: #/(?i)\bclass\s+(\w+)/#).map { String($0.1) }
    }

    static func isTest(_ body: String) -> Bool {
        body.firstMatch(of: #/(?i)@IsTest\b/#) != nil
    }

    /// Whether braces and parentheses outside strings and comments close in order.
    static func isBalanced(_ body: String) -> Bool {
        var open: [Character] = []
        var inString = false
        var previous: Character = " "
        for character in uncommented(body) {
            defer { previous = previous == "\\" && character == "\\" ? " " : character }
            if inString {
                if character == "'", previous != "\\" { inString = false }
                if character.isNewline { return false }
                continue
            }
            switch character {
            case "'": inString = true
            case "(", "{", "[": open.append(character)
            case ")": if open.popLast() != "(" { return false }
            case "}": if open.popLast() != "{" { return false }
            case "]": if open.popLast() != "[" { return false }
            default: break
            }
        }
        return open.isEmpty && !inString
    }

    /// The classes whose static methods the source calls.
    static func calledClasses(_ body: String) -> Set<String> {
        Set(uncommented(body).matches(of: #/\b([A-Z]\w*)\.\w+\s*\(/#).map { String($0.1) })
    }

    /// The text of a string constant such as `ENDPOINT = '…'`.
    static func constant(_ name: String, in body: String) -> String? {
        guard let range = body.firstRange(of: "\(name) = '") else { return nil }
        return String(body[range.upperBound...].prefix { $0 != "'" })
    }

    private static func uncommented(_ body: String) -> String {
        var output = ""
        var rest = body[...]
        while !rest.isEmpty {
            if rest.hasPrefix("/*") {
                guard let end = rest.dropFirst(2).firstRange(of: "*/") else { return output }
                rest = rest[end.upperBound...]
            } else if rest.hasPrefix("//") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("'") {
                let text = stringLiteral(rest)
                output += text
                rest = rest.dropFirst(text.count)
            } else if let character = rest.popFirst() {
                output.append(character)
            }
        }
        return output
    }

    /// A string literal with its quotes, so that `//` inside a URL is no comment.
    private static func stringLiteral(_ text: Substring) -> Substring {
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "'" {
                return text[...index]
            }
        }
        return text
    }
}
