import Primitives

/// Parses query text into a ``SOQLQuery``.
struct SOQLParser {
    let text: String
    private let tokens: [SOQLToken]
    private var position = 0

    static func parse(_ text: String) throws(ServiceError) -> SOQLQuery {
        guard text.utf8.count <= 100_000 else {
            throw ServiceError(400, "QUERY_TOO_COMPLICATED", "SOQL statements cannot be longer than 100000 characters.")
        }
        var parser = try SOQLParser(text)
        return try parser.query()
    }

    private init(_ text: String) throws(ServiceError) {
        self.text = text
        tokens = try SOQLTokenizer.tokens(of: text)
    }

    private mutating func query() throws(ServiceError) -> SOQLQuery {
        var query = SOQLQuery()
        try expect("SELECT")
        repeat { query.items.append(try item()) } while acceptSymbol(",")
        try expect("FROM")
        query.object = try name()
        // An alias of the object may follow.
        if case .word(let word) = current.kind, !Self.clauses.contains(word.uppercased()) { position += 1 }
        if acceptWord("USING") {
            try expect("SCOPE")
            _ = try name()
        }
        if acceptWord("WHERE") { query.condition = try condition(depth: 0) }
        if acceptWord("ORDER") {
            try expect("BY")
            repeat { query.order.append(try order()) } while acceptSymbol(",")
        }
        if acceptWord("LIMIT") { query.limit = try count() }
        if acceptWord("OFFSET") {
            query.offset = try count()
            guard query.offset <= 2_000 else {
                throw ServiceError(400, "NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
            }
        }
        while acceptWord("FOR") { _ = try name() }
        if acceptWord("ALL") { try expect("ROWS") }
        guard current.kind == .end else { throw unexpected() }
        return query
    }

    private static let clauses: Set<String> = [
        "USING", "WHERE", "ORDER", "LIMIT", "OFFSET", "FOR", "ALL", "GROUP", "WITH",
    ]

    private mutating func item() throws(ServiceError) -> SOQLQuery.Item {
        let name = try name()
        guard acceptSymbol("(") else { return .field(name) }
        if name.text.uppercased() == "FIELDS" {
            let scope = try self.name()
            try expectSymbol(")")
            return .fields(scope)
        }
        var field: SOQLQuery.Name?
        if case .word = current.kind { field = try self.name() }
        try expectSymbol(")")
        var alias: String?
        if case .word(let word) = current.kind, word.uppercased() != "FROM" {
            alias = word
            position += 1
        }
        return .aggregate(function: name, field: field, alias: alias)
    }

    private mutating func order() throws(ServiceError) -> SOQLQuery.Order {
        var order = SOQLQuery.Order(field: try name())
        if acceptWord("DESC") { order.isDescending = true } else { _ = acceptWord("ASC") }
        // Nulls come first unless the query says otherwise, whatever the direction.
        if acceptWord("NULLS") {
            if acceptWord("LAST") { order.nullsFirst = false } else { try expect("FIRST") }
        }
        return order
    }

    /// `AND` and `OR` don't mix on one level without parentheses.
    private mutating func condition(depth: Int) throws(ServiceError) -> SOQLQuery.Condition {
        guard depth < 100 else { throw unexpected() }
        let first = try factor(depth: depth)
        var parts = [first]
        if isWord("AND") {
            while acceptWord("AND") { parts.append(try factor(depth: depth)) }
            if isWord("OR") { throw unexpected() }
            return .and(parts)
        }
        if isWord("OR") {
            while acceptWord("OR") { parts.append(try factor(depth: depth)) }
            if isWord("AND") { throw unexpected() }
            return .or(parts)
        }
        return first
    }

    private mutating func factor(depth: Int) throws(ServiceError) -> SOQLQuery.Condition {
        if acceptWord("NOT") {
            guard depth < 100 else { throw unexpected() }
            return .not(try factor(depth: depth + 1))
        }
        if acceptSymbol("(") {
            let inner = try condition(depth: depth + 1)
            try expectSymbol(")")
            return inner
        }
        let field = try name()
        if acceptWord("IN") { return .oneOf(field, try operands(), negated: false) }
        if acceptWord("NOT") {
            try expect("IN")
            return .oneOf(field, try operands(), negated: true)
        }
        if acceptWord("LIKE") { return .compare(field, .like, try operand()) }
        guard case .symbol(let symbol) = current.kind,
            let comparison = SOQLQuery.Comparison(rawValue: symbol == "<>" ? "!=" : symbol)
        else { throw unexpected() }
        position += 1
        return .compare(field, comparison, try operand())
    }

    private mutating func operands() throws(ServiceError) -> [SOQLQuery.Operand] {
        try expectSymbol("(")
        var operands: [SOQLQuery.Operand] = []
        repeat { operands.append(try operand()) } while acceptSymbol(",")
        try expectSymbol(")")
        return operands
    }

    private mutating func operand() throws(ServiceError) -> SOQLQuery.Operand {
        let token = current
        let literal: SOQLQuery.Literal
        switch token.kind {
        case .string(let text): literal = .string(text)
        case .literal(let spelling): literal = try value(spelling)
        case .word(let word): literal = try keyword(word)
        case .symbol, .end: throw unexpected()
        }
        position += 1
        return SOQLQuery.Operand(literal: literal, offset: token.offset, spelling: token.spelling)
    }

    private func value(_ spelling: String) throws(ServiceError) -> SOQLQuery.Literal {
        if let number = Double(spelling), number.isFinite { return .number(number) }
        if let stamp = StampFormat.stamp(spelling) { return .instant(stamp) }
        if let days = StampFormat.days(spelling) { return .date(days) }
        throw unexpected()
    }

    private mutating func keyword(_ word: String) throws(ServiceError) -> SOQLQuery.Literal {
        switch word.uppercased() {
        case "NULL": return .null
        case "TRUE": return .bool(true)
        case "FALSE": return .bool(false)
        default: break
        }
        guard let takesCount = RelativeDate.takesCount(word) else { throw unexpected() }
        guard takesCount else { return .relative(word.uppercased(), nil) }
        guard tokens.indices.contains(position + 2), tokens[position + 1].kind == .symbol(":"),
            case .literal(let spelling) = tokens[position + 2].kind, let count = Int(spelling), count >= 0,
            count < 100_000
        else { throw unexpected() }
        position += 2
        return .relative(word.uppercased(), count)
    }

    private mutating func count() throws(ServiceError) -> Int {
        guard case .literal(let spelling) = current.kind, let count = Int(spelling),
            (0...1_000_000_000).contains(count)
        else {
            throw unexpected()
        }
        position += 1
        return count
    }

    private mutating func name() throws(ServiceError) -> SOQLQuery.Name {
        guard case .word(let word) = current.kind, !["FROM", "WHERE"].contains(word.uppercased()) else {
            throw unexpected()
        }
        defer { position += 1 }
        return SOQLQuery.Name(text: word, offset: current.offset)
    }

    private var current: SOQLToken { tokens[position] }

    private func isWord(_ word: String) -> Bool {
        guard case .word(let text) = current.kind else { return false }
        return text.uppercased() == word
    }

    private mutating func acceptWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        position += 1
        return true
    }

    private mutating func acceptSymbol(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ word: String) throws(ServiceError) {
        guard acceptWord(word) else { throw unexpected() }
    }

    private mutating func expectSymbol(_ symbol: String) throws(ServiceError) {
        guard acceptSymbol(symbol) else { throw unexpected() }
    }

    private func unexpected() -> ServiceError {
        SOQLError.unexpected(current.spelling, at: current.offset, in: text)
    }
}
