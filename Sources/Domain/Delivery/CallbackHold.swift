/// A callback that nothing is sent to until a person resumes it; kept, so that a restart does not forget it.
///
/// Holds that end by themselves are not kept: a restart may try at once.
package struct CallbackHold: Sendable, Hashable {
    /// The address that is held; a hold says nothing about another.
    package var url: String
    package var reason: String

    /// Bytes of a reason at most.
    package static let longestReason = 500

    package init(url: String, reason: String) {
        self.url = url
        self.reason = reason
    }
}
