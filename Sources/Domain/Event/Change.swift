/// What happened to a record. An undelete is an update that says so.
package enum Change: String, Sendable, Hashable, CaseIterable {
    case created = "CREATED"
    case updated = "UPDATED"
    case deleted = "DELETED"
}

/// How a change was found.
package enum ChangeSource: String, Sendable, Hashable, CaseIterable {
    case polling
    case webhook
    case reconciliation
    case outboundMessage = "outbound-message"
    /// A test notification or an edited replay: made by a person.
    case synthetic
}
