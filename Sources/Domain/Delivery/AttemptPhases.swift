/// What connecting to a callback was made of, in milliseconds; nil for what did not happen, or did not end.
package struct AttemptPhases: Sendable, Hashable {
    /// Until the host's name was resolved.
    package let resolve: Int?
    /// From there until the connection was made.
    package let connect: Int?
    /// From there until TLS was agreed.
    package let tls: Int?
    /// The connection had been used before, so that nothing of this was to be done.
    package let isReused: Bool

    package init(resolve: Int? = nil, connect: Int? = nil, tls: Int? = nil, isReused: Bool = false) {
        self.resolve = resolve
        self.connect = connect
        self.tls = tls
        self.isReused = isReused
    }
}
