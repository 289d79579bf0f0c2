/// A callback that nothing is sent to; kept, so that a restart does not forget what the callback asked for.
package struct CallbackHold: Sendable, Hashable {
    /// The address that is held; a hold says nothing about another.
    package var url: String
    package var reason: String
    /// When one delivery may try it again; nil waits for a person.
    package var until: Timestamp?
    /// How many holds there were in a row.
    package var probes: Int

    package init(url: String, reason: String, until: Timestamp?, probes: Int) {
        self.url = url
        self.reason = reason
        self.until = until
        self.probes = probes
    }
}
