/// A row's way from one state to the next, visible once its transaction commits.
struct Write: Sendable {
    enum Operation: Sendable, Equatable {
        case insert, update, delete, undelete, touch, purge

        var kind: OrgChange.Kind {
            switch self {
            case .insert: .created
            case .update: .updated
            case .delete: .deleted
            case .undelete: .undeleted
            case .touch: .touched
            case .purge: .purged
            }
        }
    }

    let table: Int
    let operation: Operation
    let before: RecordRow?
    let after: RecordRow
    /// Cascades, merges' children and platform processes pass triggers by.
    var firesTriggers = true
}

/// Stamps that an import brings along instead of the current time.
struct AuditDates: Sendable {
    var created: Stamp?
    var modified: Stamp?
}
