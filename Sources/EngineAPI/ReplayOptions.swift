/// Where a replay goes and what it carries, if not the original.
package struct ReplayOptions: Sendable, Hashable {
    package var callbackURL: String?
    /// An edited body, sent as it is.
    package var notification: [UInt8]?

    package init(callbackURL: String? = nil, notification: [UInt8]? = nil) {
        self.callbackURL = callbackURL
        self.notification = notification
    }
}
