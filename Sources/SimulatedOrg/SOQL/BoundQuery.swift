/// A query whose names have been looked up in the schema.
struct BoundQuery: Sendable {
    /// The way to a field, perhaps through parents.
    struct Path: Sendable {
        struct Step: Sendable {
            let reference: Field
            let table: Int
        }

        var steps: [Step]
        var field: Field
    }

    /// What a field's value is held against; ranges stand for single values too.
    enum Operand: Sendable {
        case null
        case bool(Bool)
        /// Numbers, instants and days alike.
        case span(ClosedRange<Double>)
        /// Text in lower case.
        case text(String)
        case id(String)
        case pattern(LikePattern)
    }

    indirect enum Condition: Sendable {
        case and([Condition])
        case or([Condition])
        case not(Condition)
        case compare(Path, SOQLQuery.Comparison, Operand)
        case oneOf(Path, [Operand], negated: Bool)
    }

    struct Order: Sendable {
        let path: Path
        let isDescending: Bool
        let nullsFirst: Bool
    }

    /// One member of a result row.
    indirect enum Column: Sendable {
        case field(Field)
        case parent(name: String, step: Path.Step, columns: [Column])
    }

    struct Aggregate: Sendable {
        let function: String
        let path: Path?
        let alias: String
    }

    enum Selection: Sendable {
        case rows([Column])
        case count
        case aggregates([Aggregate])
    }

    var table: Int
    var selection: Selection
    var condition: Condition?
    var order: [Order]
    var limit: Int?
    var offset: Int
}

/// A `LIKE` pattern: `%` stands for any text, `_` for one character, a backslash takes their meaning away.
struct LikePattern: Sendable {
    private enum Piece: Sendable, Equatable {
        case any
        case one
        case literal(Unicode.Scalar)
    }

    private var pieces: [Piece] = []

    init(_ pattern: String) {
        var isEscaped = false
        for scalar in pattern.lowercased().unicodeScalars {
            if isEscaped {
                pieces.append(.literal(scalar))
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                pieces.append(scalar == "%" ? .any : scalar == "_" ? .one : .literal(scalar))
            }
        }
    }

    /// Whether the text, in lower case, matches as a whole.
    func matches(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var (piece, scalar) = (0, 0)
        var (lastAny, resume) = (-1, 0)
        while scalar < scalars.count {
            if piece < pieces.count, pieces[piece] == .any {
                (lastAny, resume) = (piece, scalar)
                piece += 1
            } else if piece < pieces.count, pieces[piece] == .one || pieces[piece] == .literal(scalars[scalar]) {
                piece += 1
                scalar += 1
            } else if lastAny >= 0 {
                resume += 1
                (piece, scalar) = (lastAny + 1, resume)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .any }
    }
}
