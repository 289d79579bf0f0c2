package import Primitives

/// The honest state of an instance's way in. Nothing says live that isn't.
package enum SourceState: Sendable, Hashable {
    /// Events are switched off, or the instance is disabled.
    case stopped
    case connecting
    /// The last poll (or webhook check) succeeded at this moment.
    case live(lastSuccess: Timestamp?)
    /// Works in part or not at all; `reason` is one sentence for the person.
    case degraded(reason: String, since: Timestamp, lastSuccess: Timestamp?)
    /// What should have moved hangs; it is seen, and begun anew once by itself.
    case overdue(reason: String, since: Timestamp, lastSuccess: Timestamp?)
    /// Nothing will work until a person acts: the grant is dead, the key is wrong.
    case needsAttention(reason: String, since: Timestamp, lastSuccess: Timestamp? = nil)

    /// Every word, as labels of figures need them.
    package static let words = ["STOPPED", "CONNECTING", "LIVE", "DEGRADED", "OVERDUE", "ACTION NEEDED"]

    package var word: String {
        switch self {
        case .stopped: "STOPPED"
        case .connecting: "CONNECTING"
        case .live: "LIVE"
        case .degraded: "DEGRADED"
        case .overdue: "OVERDUE"
        case .needsAttention: "ACTION NEEDED"
        }
    }
}

extension SourceState {
    /// When it last worked, if it ever did.
    package var lastSuccess: Timestamp? {
        switch self {
        case .live(let success), .degraded(_, _, let success), .overdue(_, _, let success),
            .needsAttention(_, _, let success):
            success
        case .stopped, .connecting: nil
        }
    }

    /// The same with every moment led through `show`.
    package func moved(_ show: (Timestamp) -> Timestamp) -> SourceState {
        switch self {
        case .stopped, .connecting: self
        case .live(let success): .live(lastSuccess: success.map(show))
        case .degraded(let reason, let since, let success):
            .degraded(reason: reason, since: show(since), lastSuccess: success.map(show))
        case .overdue(let reason, let since, let success):
            .overdue(reason: reason, since: show(since), lastSuccess: success.map(show))
        case .needsAttention(let reason, let since, let success):
            .needsAttention(reason: reason, since: show(since), lastSuccess: success.map(show))
        }
    }
}

extension CallbackState {
    /// The same with the end of a hold or a pause led through `show`.
    package func moved(_ show: (Timestamp) -> Timestamp) -> CallbackState {
        switch self {
        case .held(let reason, let until): .held(reason: reason, until: until.map(show))
        case .failing(let reason, let at, let retrying, let until):
            .failing(reason: reason, at: at, retrying: retrying, until: until.map(show))
        case .none, .idle, .healthy: self
        }
    }
}

/// The state of a callback, as its last attempts showed it.
package enum CallbackState: Sendable, Hashable {
    /// No URL is set.
    case none
    /// Nothing was sent yet.
    case idle
    case healthy(status: Int, milliseconds: Int, at: Timestamp)
    /// The last attempt failed; deliveries are being retried. `until` is the end of a pause that the callback asked for: nothing
    /// is sent before.
    case failing(reason: String, at: Timestamp, retrying: Int, until: Timestamp? = nil)
    /// Held by the breaker or by a 410; probed again at the moment given, or when a person resumes it.
    case held(reason: String, until: Timestamp?)
}

/// One watched object's standing with the poller; the API's event poller record.
package struct PollerRecord: Sendable, Hashable {
    package var instanceID: InstanceID
    package var object: String
    /// The greatest `SystemModstamp` that is fully processed.
    package var cursor: Timestamp?
    /// `latestDateCovered` of the delete log.
    package var deletedCursor: Timestamp?
    /// Server time from which on changes count; records older than this were there before.
    package var baseline: Timestamp?
    /// By this machine's clock, as `nextPoll` is.
    package var lastPoll: Timestamp?
    package var nextPoll: Timestamp?
    /// Calls that this object's last poll took part in.
    package var calls: APICalls
    package var rowsRead: Int64
    /// Why this object alone is degraded; one sentence.
    package var problem: String?
    /// The org's own words for it, where it said any.
    package var providerMessage: String?
    /// What holds of this object by its nature and degrades nothing; one sentence.
    package var note: String?
    /// What the detector needs to go on where it stopped (backfill position, reconciliation cursor …), opaque to the store.
    package var resume: String?

    package init(
        instanceID: InstanceID,
        object: String,
        cursor: Timestamp? = nil,
        deletedCursor: Timestamp? = nil,
        baseline: Timestamp? = nil,
        lastPoll: Timestamp? = nil,
        nextPoll: Timestamp? = nil,
        calls: APICalls = [:],
        rowsRead: Int64 = 0,
        problem: String? = nil,
        providerMessage: String? = nil,
        note: String? = nil,
        resume: String? = nil
    ) {
        self.instanceID = instanceID
        self.object = object
        self.cursor = cursor
        self.deletedCursor = deletedCursor
        self.baseline = baseline
        self.lastPoll = lastPoll
        self.nextPoll = nextPoll
        self.calls = calls
        self.rowsRead = rowsRead
        self.problem = problem
        self.providerMessage = providerMessage
        self.note = note
        self.resume = resume
    }

    /// Those that the org's allowance pays for.
    package var apiCalls: Int { calls.total }
}
