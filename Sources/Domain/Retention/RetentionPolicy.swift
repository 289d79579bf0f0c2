/// How much of the history is kept. Whichever limit is reached first takes the oldest events; without one, all of them stay.
///
/// What a limit reaches goes only when its delivery is over: an event that is still to be delivered stays however old it is,
/// and so does one that an open bulk replay will come to. What could not be delivered stays twice as long (see
/// `undeliveredFactor`).
package struct RetentionPolicy: Sendable, Hashable {
    /// Milliseconds since an event was stored.
    package var age: Int64?
    /// How many of the newest events stay.
    package var events: Int64?
    /// Bytes that the store may take on disk.
    package var bytes: Int64?

    package init(age: Int64? = nil, events: Int64? = nil, bytes: Int64? = nil) {
        self.age = age
        self.events = events
        self.bytes = bytes
    }

    package var isEmpty: Bool { age == nil && events == nil && bytes == nil }

    /// By how much longer dead deliveries stay that no replay has brought home: nobody has these events but the store, and
    /// whoever finds a callback broken on the last day of a limit has as long again to replay them. They don't stay for
    /// ever: else a callback that nobody mends would fill the disk in spite of every limit. Where the size is the limit,
    /// they go when nothing else is left that may.
    package static let undeliveredFactor: Int64 = 2
}
