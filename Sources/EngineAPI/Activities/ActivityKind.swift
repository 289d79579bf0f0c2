/// The long-lived work of an engine that a watchdog looks after; the raw value is the label in the metrics.
package enum ActivityKind: String, Sendable, Hashable, CaseIterable {
    /// The polls of an instance.
    case poller
    /// What takes due deliveries from the store and sends them.
    case dispatcher
    /// The attempts that wait for a callback's answer.
    case sender
    /// What brings the outcomes of attempts to the disk.
    case recorder
    /// A bulk replay on its way.
    case bulkReplay = "bulk_replay"
    /// A request to a token endpoint.
    case tokenRenewal = "token_renewal"

    /// As it stands in a sentence.
    package var words: String {
        switch self {
        case .poller: "poller"
        case .dispatcher: "dispatcher"
        case .sender: "sending of attempts"
        case .recorder: "recording of attempts"
        case .bulkReplay: "bulk replay"
        case .tokenRenewal: "token renewal"
        }
    }
}
