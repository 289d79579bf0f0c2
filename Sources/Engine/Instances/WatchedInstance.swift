import Domain
import Primitives
import Salesforce
import Store

/// An instance while the engine knows it: its settings as they are now, the session with its org, and what all its event
/// sources share.
final class WatchedInstance: Sendable {
    /// The settings with what intake needs of them, read together. A reference, as every webhook asks for it: of the
    /// instance itself two dozen parts would have to be retained.
    final class Current: Sendable {
        let instance: Instance
        /// The watched objects as the settings spell them, by their names in lower case: people and orgs may spell them
        /// differently.
        let objects: [String: String]
        /// From when on records of an object count as new, by its name in lower case.
        let baselines: [String: Timestamp]
        /// When the first runs of objects had not begun yet, in the same way: `ChangeDecision.Policy.begun`.
        let begun: [String: Timestamp]
        let keys: ReceiverKeys
        /// Of the org that it is connected to, in 18 characters.
        let organizationID: String?

        fileprivate init(_ instance: Instance) {
            self.instance = instance
            (baselines, begun) = ([:], [:])
            objects = Dictionary(
                instance.configuration.watchedObjects.map { ($0.lowercased(), $0) },
                uniquingKeysWith: { first, _ in first }
            )
            keys = ReceiverKeys(instance)
            organizationID = instance.connection?.organizationID.flatMap { SalesforceID($0)?.text }
        }

        private init(_ former: Current, baselines: [String: Timestamp], begun: [String: Timestamp]) {
            (self.baselines, self.begun) = (baselines, begun)
            (instance, objects) = (former.instance, former.objects)
            (keys, organizationID) = (former.keys, former.organizationID)
        }

        fileprivate func with(baselines: [String: Timestamp], begun: [String: Timestamp]) -> Current {
            Current(self, baselines: baselines, begun: begun)
        }
    }

    private struct State {
        var current: Current
        var session: any OrgSession = DisconnectedSession()
        var positions: [String: PollerRecord] = [:]
        var lastHeard: Timestamp?
        var refusals = WebhookRefusals()
        var unwatched = UnwatchedChanges()
        var isRemoved = false
    }

    let id: InstanceID
    let receiverToken: Secret
    /// Every change of what is stored of the instance goes through it.
    let gate = SerialGate()
    /// Changes of settings, which may have to ask the org first; never entered from within `gate`.
    let editing = SerialGate()

    private let state: Locked<State>

    /// `records` are the stored positions of its sources.
    init(_ instance: Instance, records: [PollerRecord]) {
        id = instance.id
        receiverToken = instance.receiverToken
        state = Locked(State(current: Current(instance)))
        stored(records)
    }

    var instance: Instance { state.withLock { $0.current.instance } }
    var current: Current { state.withLock { $0.current } }

    // MARK: Settings

    /// Stores a change of the instance and lets everyone see it. False, and nothing is stored, where the instance was
    /// deleted meanwhile.
    @discardableResult
    func edit(in store: any InstanceStore, _ change: @Sendable (inout Instance) throws -> Void) async throws -> Bool {
        try await gate.run {
            guard !isRemoved else { return false }
            var instance = instance
            try change(&instance)
            try await store.updateInstance(instance)
            replace(instance)
            return true
        }
    }

    /// Lets everyone see other settings; from within `gate`, which keeps one change from undoing another.
    func replace(_ instance: Instance) {
        let next = Current(instance)
        state.withLock { state in
            let baselines = state.current.baselines.filter { next.objects[$0.key] != nil }
            if next.objects.keys != state.current.objects.keys { state.unwatched = UnwatchedChanges() }
            let begun = state.current.begun.filter { next.objects[$0.key] != nil }
            state.current = next.with(baselines: baselines, begun: begun)
        }
    }

    /// Another node changed it: what is stored takes the place of all that is known; from within `gate`.
    func renew(_ instance: Instance, records: [PollerRecord]) {
        state.withLock { state in
            state.current = Current(instance)
            state.positions = [:]
            state.unwatched = UnwatchedChanges()
        }
        stored(records)
    }

    var isRemoved: Bool { state.withLock { $0.isRemoved } }

    /// It was deleted: nothing of it is stored any more.
    func remove() { state.withLock { $0.isRemoved = true } }

    // MARK: The org

    var session: any OrgSession { state.withLock { $0.session } }

    /// The org as a deployment calls it; nil where the session can't.
    var callable: (any OrgCalling)? { session as? any OrgCalling }

    /// Goes on with another session; what is under way may end with the token it has.
    func connect(_ session: any OrgSession) async {
        let former = state.withLock { state in
            defer { state.session = session }
            return state.session
        }
        await former.retire()
    }

    /// The org's objects; read anew where the list that is kept does not suffice.
    func describeObjects(
        _ watchdog: Watchdog,
        where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
    ) async throws -> [ObjectDescription] {
        let session = session
        return try await OrgObserver.$current.withValue(watchdog.orgObserver(for: id)) {
            try await session.describeObjects(where: suffices)
        }
    }

    /// The org's objects as the org itself has them now.
    func describeObjectsAnew(_ watchdog: Watchdog) async throws -> [ObjectDescription] {
        let session = session
        return try await OrgObserver.$current.withValue(watchdog.orgObserver(for: id)) {
            try await session.describeObjectsAnew()
        }
    }

    // MARK: What the sources know

    /// When the org last reported something by itself.
    var lastHeard: Timestamp? { state.withLock { $0.lastHeard } }

    func heard(at now: Timestamp) { state.withLock { $0.lastHeard = now } }

    /// Webhooks that were refused since one was accepted.
    var refusals: WebhookRefusals { state.withLock { $0.refusals } }

    /// A webhook was refused; `due` is of the clock that nobody sets. True where none was before.
    func refusedWebhook(_ reason: String, by sender: WebhookRefusals.Sender, at due: Timestamp) -> Bool {
        state.withLock { $0.refusals.refused(reason, by: sender, at: due) }
    }

    /// Whether the node that holds the instance is to hear of it.
    func isRefusalDueAtHolder(_ sender: WebhookRefusals.Sender, at due: Timestamp) -> Bool {
        state.withLock { $0.refusals.isDueAtHolder(sender, at: due) }
    }

    /// One was accepted. True where some were refused before.
    @discardableResult
    func acceptedWebhook(at due: Timestamp) -> Bool { state.withLock { $0.refusals.accepted(at: due) } }

    /// What sent them is another now.
    func forgetRefusals() { state.withLock { $0.refusals = WebhookRefusals() } }

    /// Changes of objects that are not watched.
    var unwatched: UnwatchedChanges { state.withLock { $0.unwatched } }

    /// Some were left out. True where that is news.
    func leftOut(_ changes: [String: Int]) -> Bool { state.withLock { $0.unwatched.add(changes) } }

    /// The stored position of that name, which is no object's: see `SourceBatch.positions`.
    func position(_ name: String) -> PollerRecord? { state.withLock { $0.positions[name] } }

    /// The names of positions that are no object's.
    var positionNames: [String] { state.withLock { Array($0.positions.keys) } }

    /// These positions are on disk.
    func stored(_ positions: [PollerRecord]) {
        guard !positions.isEmpty else { return }
        state.withLock { state in
            var (baselines, begun) = (state.current.baselines, state.current.begun)
            for record in positions {
                if record.isOfObject {
                    let object = record.object.lowercased()
                    baselines[object] = record.baseline
                    begun[object] = ResumeState(parsing: record.resume).begun
                } else {
                    state.positions[record.object] = record
                }
            }
            // They move only with a first run.
            if baselines != state.current.baselines || begun != state.current.begun {
                state.current = state.current.with(baselines: baselines, begun: begun)
            }
        }
    }

    /// It leads to another org from now on, of which nothing is known.
    func forgetOrganization() {
        state.withLock { state in
            state.current = state.current.with(baselines: [:], begun: [:])
            state.positions = [:]
            state.lastHeard = nil
            state.refusals = WebhookRefusals()
            state.unwatched = UnwatchedChanges()
        }
    }
}

extension PollerRecord {
    /// Whether it is of a single object, whose name never begins with a slash.
    var isOfObject: Bool { !object.hasPrefix("/") }
}
