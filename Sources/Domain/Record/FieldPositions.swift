/// Where the fields of one record stand, asked for in the order of another.
///
/// Rows of one object have the same fields in the same order but for the day on which its definition is changed: the next
/// field is nearly always the one that is meant, and names are only hashed where it is not.
struct FieldPositions {
    private let fields: [RecordFields.Field]
    private var next = 0
    private var byName: [String: Int]?
    private var found: [Bool]
    private var rest: Int

    init(of record: RecordFields) {
        fields = record.fields
        found = Array(repeating: false, count: fields.count)
        rest = fields.count
    }

    /// Whether each field was asked for.
    var areAllFound: Bool { rest == 0 }

    /// Of several fields of that name the one that follows the last place, else the last.
    mutating func position(of name: String) -> Int? {
        guard let place = next < fields.count && fields[next].name == name ? next : places()[name] else { return nil }
        next = place + 1
        if !found[place] {
            found[place] = true
            rest -= 1
        }
        return place
    }

    private mutating func places() -> [String: Int] {
        if let byName { return byName }
        let places = Dictionary(fields.indices.map { (fields[$0].name, $0) }, uniquingKeysWith: { $1 })
        byName = places
        return places
    }
}
