/// The limits as one run has them: those of the table, but for what its owner is in more of a hurry with, as tests are.
package struct Limits: Sendable, Hashable {
    private var changed: [Limit: Int64] = [:]

    package init() {}

    /// Milliseconds.
    package subscript(limit: Limit) -> Int64 {
        get { changed[limit] ?? limit.milliseconds }
        set { changed[limit] = newValue }
    }

    /// The bytes that an answer must bring within `slowness`: always 1 KB a second.
    package var slowestBytes: Int64 { max(1, Limit.slowestBytes * self[.slowness] / Limit.slowness.milliseconds) }
}
