import Domain
import Primitives

extension FindQuery {
    /// Rows of the list that show it at the beginning of a word: in the record's name, object, changed fields, change and
    /// state, or as a whole id, number or status. As an expression, so that the engine finds those that nobody has loaded.
    ///
    /// Nil where it can stand in no row.
    func rows(_ known: FilterOffers.Known) -> EventExpression? {
        var parts: [EventExpression] = []
        let lower = text.lowercased()
        func named(_ names: [String]) -> Set<String> {
            var found = Set(names.filter { $0.lowercased().hasPrefix(lower) })
            if InstanceConfiguration.isObjectName(text) { found.insert(text) }
            return found
        }
        func add<Value>(_ values: Set<Value>, _ term: (Set<Value>) -> EventTerm) {
            if !values.isEmpty { parts.append(.term(term(values))) }
        }
        add(WordSearch(text + "*").map { [$0] } ?? []) { .name($0) }
        add(named(known.objects)) { .objects($0) }
        add(named(known.fields)) { .fields($0) }
        // Shorter ones are the beginnings of too many words.
        if lower.count > 2 {
            add(Set(Change.allCases.filter { $0.rawValue.lowercased().hasPrefix(lower) })) { .changes($0) }
            add(Set(DeliveryState.allCases.filter { $0.rawValue.hasPrefix(lower) })) { .states($0) }
        }
        add(SalesforceID(text).map { [$0.text] } ?? []) { .records($0) }
        if text.utf8.count == 20, text.utf8.allSatisfy(Self.isOfID) { add([text]) { .events($0) } }
        if text.count == 3, let status = Int64(text) {
            add([NumberRange(lower: status, upper: status)]) { .status($0) }
        }
        return parts.isEmpty ? nil : .either(parts)
    }

    private static func isOfID(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
