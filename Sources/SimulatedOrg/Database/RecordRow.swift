import Primitives

/// One record, as of its last committed or pending write.
struct RecordRow: Sendable, Equatable {
    /// The position in its table; ids sort like it.
    let number: Int
    let id: String
    var created: Stamp
    var createdBy: String
    var modified: Stamp
    var modifiedBy: String
    var stamp: Stamp
    var isDeleted = false
    /// The id of the parent whose deletion took this row along.
    var deletedWith: String?
    /// The winner of the merge that deleted this row.
    var masterID: String?
    var values: [Value]

    /// The value of a field at this time.
    func value(of field: Field, now: Stamp) -> Value {
        switch field.source {
        case .id: .text(id)
        case .isDeleted: .bool(isDeleted)
        case .created: .instant(created)
        case .createdBy: .text(createdBy)
        case .modified: .instant(modified)
        case .modifiedBy: .text(modifiedBy)
        case .stamp: .instant(stamp)
        case .master: masterID.map { .text($0) } ?? .null
        case .column(let column): values[column]
        case .formula(let formula): evaluate(formula, now: now)
        }
    }

    private func evaluate(_ formula: Formula, now: Stamp) -> Value {
        switch formula {
        case .fullName(let first, let last):
            guard case .text(let lastName) = values[last] else { return .null }
            guard case .text(let firstName) = values[first] else { return .text(lastName) }
            return .text("\(firstName) \(lastName)")
        case .difference(let minuend, let subtrahend):
            guard let whole = values[minuend].double else { return .null }
            return .number(whole - (values[subtrahend].double ?? 0))
        case .share(let amount, let percent):
            guard let amount = values[amount].double, let percent = values[percent].double else { return .null }
            return .number(amount * percent / 100)
        case .daysSince(let column):
            guard case .date(let day) = values[column] else { return .null }
            return .number(Double(max(0, StampFormat.split(now).day - day)))
        }
    }
}
