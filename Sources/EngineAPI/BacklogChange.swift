/// What people do with what is left to be read of an object's long past.
package enum BacklogChange: String, Sendable, Hashable, CaseIterable {
    /// Until it is resumed, also after a restart.
    case pause
    case resume
    /// For good: what was not read counts as what was there before.
    case cancel
}
