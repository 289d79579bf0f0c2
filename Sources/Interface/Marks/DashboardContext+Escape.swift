/// What one key gives up in the list and the detail, in this order: what was begun last and is lost most cheaply comes first.
enum Escape: Sendable {
    /// A range of marks that has no end yet.
    case range
    case detail
    case filter
    case marks
}

extension DashboardContext {
    /// What `closeDetail` is about now; nil: nothing.
    var escape: Escape? {
        if focus == .events, marked.range != nil { return .range }
        if openEvent != nil { return .detail }
        if !eventFilter.isEmpty { return .filter }
        return marked.isEmpty ? nil : .marks
    }
}
