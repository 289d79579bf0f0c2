/// A query as it was written, before names are looked up.
struct SOQLQuery: Sendable, Equatable {
    /// A name and where it stands.
    struct Name: Sendable, Equatable {
        let text: String
        let offset: Int
    }

    /// What is selected.
    enum Item: Sendable, Equatable {
        case field(Name)
        /// `MAX(Field) alias`; the field of a bare `COUNT()` is missing.
        case aggregate(function: Name, field: Name?, alias: String?)
        /// `FIELDS(ALL)` and its like.
        case fields(Name)
    }

    enum Comparison: String, Sendable, Equatable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case like = "LIKE"
    }

    enum Literal: Sendable, Equatable {
        case null
        case bool(Bool)
        case string(String)
        case number(Double)
        case instant(Stamp)
        case date(Int)
        /// `LAST_N_DAYS:7` and its like; the count is missing for `TODAY`.
        case relative(String, Int?)
    }

    struct Operand: Sendable, Equatable {
        let literal: Literal
        let offset: Int
        let spelling: String
    }

    indirect enum Condition: Sendable, Equatable {
        case and([Condition])
        case or([Condition])
        case not(Condition)
        case compare(Name, Comparison, Operand)
        case oneOf(Name, [Operand], negated: Bool)
    }

    struct Order: Sendable, Equatable {
        let field: Name
        var isDescending = false
        var nullsFirst = true
    }

    var items: [Item] = []
    var object = Name(text: "", offset: 0)
    var condition: Condition?
    var order: [Order] = []
    var limit: Int?
    var offset = 0
}
