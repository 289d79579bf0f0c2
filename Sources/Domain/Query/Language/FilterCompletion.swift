/// What the word at a cursor of a filter's text may become: names of terms, or values of the term that is being written.
///
/// It looks at the text alone, which need not be a whole filter yet.
package struct FilterCompletion: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A word of its own, or the beginning of a term's name.
        case name
        case value(FilterTerm)
    }

    package let kind: Kind
    /// What stands there up to the cursor.
    package let prefix: String
    /// Characters of the text that a choice takes the place of, up to the cursor.
    package let range: Range<Int>

    /// `cursor` counts characters; one beyond the end stands at the end. Nil within quotes of a word, and behind the colon
    /// of a name that is none.
    package init?(_ text: String, cursor: Int) {
        let characters = Array(text.prefix(max(0, cursor)))
        var start = 0
        var isQuoted = false
        var term: FilterTerm?
        var isUnknown = false
        var place = 0
        func begin(_ next: Int) {
            start = next
            term = nil
            isUnknown = false
        }
        while place < characters.count {
            let character = characters[place]
            if isQuoted {
                if character == "\\" { place += 1 }
                if character == "\"" { isQuoted = false }
            } else if character == "\"" {
                isQuoted = true
            } else if character.isWhitespace || "|()".contains(character)
                || character == "-" && place == start && term == nil
            {
                begin(place + 1)
            } else if character == ":", term == nil, !isUnknown {
                term = FilterTerm(rawValue: String(characters[start..<place]).lowercased())
                isUnknown = term == nil
                start = place + 1
            } else if character == ",", term != nil {
                start = place + 1
            }
            place += 1
        }
        guard !isUnknown, !isQuoted || term != nil else { return nil }
        let prefix = String(characters[min(start, characters.count)...])
        self.prefix = isQuoted ? String(prefix.drop { $0 == "\"" }) : prefix
        kind = term.map { .value($0) } ?? .name
        range = min(start, characters.count)..<characters.count
    }

    /// What fits, in the table's order: `known` gives the values that only the data knows (objects, fields, instances).
    package func choices(known: (FilterTerm.Values) -> [String]) -> [String] {
        let candidates: [String] =
            switch kind {
            case .name: FilterTerm.allCases.map { "\($0.rawValue):" }
            case .value(let term): if case .words(let words) = term.values { words } else { known(term.values) }
            }
        let wanted = prefix.lowercased()
        return candidates.filter { $0.lowercased().hasPrefix(wanted) }
    }
}
