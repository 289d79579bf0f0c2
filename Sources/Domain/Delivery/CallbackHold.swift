package import Primitives

/// A callback that nothing is sent to until a person resumes it, or for as long as it asked for with `Retry-After`; kept, so
/// that a restart does not forget it. A pause that it asked for with 429 is kept as one that says so.
///
/// Other holds that end by themselves are not kept: a restart may try at once.
package struct CallbackHold: Sendable, Hashable {
    /// The address that is held; a hold says nothing about another.
    package var url: String
    package var reason: String
    /// When it may be tried again; nil waits for a person. On disk it is of the clock that people set.
    package var until: Timestamp?

    /// Bytes of a reason at most.
    package static let longestReason = 500

    package init(url: String, reason: String, until: Timestamp? = nil) {
        self.url = url
        self.reason = reason
        self.until = until
    }
}
