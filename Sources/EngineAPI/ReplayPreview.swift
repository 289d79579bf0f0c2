/// What a bulk replay would send.
package struct ReplayPreview: Sendable, Hashable {
    package let count: Int64
    /// The first events, oldest first, at most `shown`.
    package let eventIDs: [String]

    package static let shown = 20

    package init(count: Int64, eventIDs: [String]) {
        self.count = count
        self.eventIDs = eventIDs
    }
}
