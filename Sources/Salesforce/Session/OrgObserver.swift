/// Called for each request to an org or its token endpoint while it is under way, so that who waits can say where it hangs.
/// Bound to a task and what that begins.
package struct OrgObserver: Sendable {
    @TaskLocal package static var current: OrgObserver?

    /// One request.
    package struct Step: Sendable, Hashable {
        /// As in “waiting for GET acme.my.salesforce.com/services/data”; nothing of a query, a body or a header.
        package let words: String
        package let isTokenRequest: Bool
    }

    /// What a step ends with.
    package enum End: Sendable, Hashable {
        /// An answer came, or a failure that took its time.
        case moved
        /// Whoever waited was cancelled.
        case cancelled
    }

    /// Called when a request goes out; what it returns is called at its end. `giveUp` ends the wait with a failure that
    /// is tried again.
    package let began: @Sendable (_ step: Step, _ giveUp: @escaping @Sendable () -> Void) -> (@Sendable (End) -> Void)

    package init(
        _ began:
            @escaping @Sendable (_ step: Step, _ giveUp: @escaping @Sendable () -> Void) -> (@Sendable (End) -> Void)
    ) { self.began = began }
}

extension OrgObserver.Step {
    /// The address is partly the org's own words (`nextRecordsUrl`): what is no plain character is left out.
    init(_ call: HTTPCall, isTokenRequest: Bool) {
        let address = call.url.prefix { $0 != "?" && $0 != "#" }
        let plain = address.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }
        let start = plain.firstRange(of: "://".unicodeScalars)?.upperBound ?? plain.startIndex
        var text = String(String.UnicodeScalarView(plain[start...].prefix(120)))
        if isTokenRequest { text = String(text.prefix { $0 != "/" }) }
        words =
            isTokenRequest ? "waiting for the token endpoint of \(text)" : "waiting for \(call.method) \(text)"
        self.isTokenRequest = isTokenRequest
    }
}
