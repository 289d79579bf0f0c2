package import Primitives

/// What a person or a program of theirs did here, or Signalbox because they told it to: stored when it has been done, and
/// never changed or removed.
package struct AuditEntry: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case createInstance = "instance.create"
        case updateInstance = "instance.update"
        case enableInstance = "instance.enable"
        case disableInstance = "instance.disable"
        case deleteInstance = "instance.delete"
        case holdCallback = "callback.hold"
        case resumeCallback = "callback.resume"
        case changeBacklogs = "backlogs.change"
        case testCallback = "callback.test"
        case replayEvent = "event.replay"
        case createReplays = "replays.create"
        case changeReplays = "replays.change"
        case cancelReplays = "replays.cancel"
        case deployApex = "apex.deploy"
        case removeApex = "apex.remove"
        case rotateReceiverSecret = "receiver-secret.rotate"
        case rotateManagementSecrets = "management-secrets.rotate"
        case createToken = "token.create"
        case revokeToken = "token.revoke"
        case rotateKey = "key.rotate"
        /// By retention: what went since the entry before.
        case purgeEvents = "events.purge"
        case backUp = "store.backup"
        case restore = "store.restore"
        /// By a newer version.
        case other
    }

    /// Counts up; 0 before it is stored.
    package var id: Int64
    package var at: Timestamp
    /// `terminal ada`, `management user secret`, `token deploy-bot`; `signalbox` for what it does by itself.
    package var actor: String
    package var action: Action
    package var instance: InstanceID?
    /// What it was done to or with: the settings that changed, an event, a filter, a host. Never a secret.
    package var subject: String
    /// Why it was refused or failed; nil where it was done.
    package var failure: String?

    package init(
        id: Int64 = 0,
        at: Timestamp,
        actor: String,
        action: Action,
        instance: InstanceID?,
        subject: String = "",
        failure: String? = nil
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.action = action
        self.instance = instance
        self.subject = subject
        self.failure = failure
    }

    /// Entries of one page, at most.
    package static let mostOfPage = 1000
    /// Bytes of a subject and of a failure that are stored.
    package static let longestText = 2000
}

/// Whoever asks for what is done now: bound where a call comes in, read where it is carried out.
package enum Actor {
    @TaskLocal package static var current = "signalbox"

    /// The header in which the commands and dashboards of people say who sits at the terminal. Whoever has the token can say
    /// anything there: it stands behind the token's name.
    package static let header = "Signalbox-Terminal-User"

    /// A name as it may stand in an entry: one short word of printable ASCII; nil for anything else.
    package static func cleaned(_ name: String) -> String? {
        let isSound = !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isSound ? name : nil
    }
}

extension InstanceConfiguration {
    /// The settings in which `other` differs, `key: old → new` each; of secrets the key alone.
    package func changes(to other: InstanceConfiguration) -> String {
        let (before, after) = (settings, other.settings)
        let old = Dictionary(before.map { ($0.key, $0.value) }) { first, _ in first }
        let new = Dictionary(after.map { ($0.key, $0.value) }) { first, _ in first }
        var seen: Set<String> = []
        return (before + after).map(\.key).filter { seen.insert($0).inserted && old[$0] != new[$0] }
            .map { key in
                Self.isSecret(key) ? key : "\(key): \(old[key] ?? "—") → \(new[key] ?? "—")"
            }
            .joined(separator: "; ")
    }
}
