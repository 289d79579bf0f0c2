import Domain
import EngineAPI
import Primitives

/// What is known of the instances, and which one the screen is about.
struct InstanceListState: Sendable {
    /// By their ids; nil until the first answer came.
    var list: [InstanceOverview]?
    /// Why the list could not be read the last time.
    var failure: String?
    /// The instance that the screen is about; nil while a new one is being made.
    var current: InstanceID?
    /// The one that it was about before a new one was begun.
    var former: InstanceID?
    /// Instances that poll because a person asked for it.
    var polling: Set<InstanceID> = []
    /// Instances whose callbacks a person has released from here, until it is known what came of it.
    var releasing: Set<InstanceID> = []
    /// The names of those that are being deleted from here: it takes as long as the org takes to give up its Apex.
    var deleting: [InstanceID: String] = [:]
    /// Nothing on the screen is live any more.
    var isEngineStopped = false
    /// How the way to the node is, where the engine is elsewhere and that has changed.
    var link: NodeLink?
    /// Whether what is being set up beside the engine is still waited for.
    var isArranging = true

    /// Since when the node can't be asked, and why; nil where it can.
    var loss: (since: Timestamp, reason: String)? {
        if case .lost(_, let since, let reason)? = link { (since, reason) } else { nil }
    }

    /// Since when the node says nothing, while it is not lost yet.
    var silence: Timestamp? { if case .slow(_, let since)? = link { since } else { nil } }

    var instance: InstanceOverview? { current.flatMap { self[$0] } }

    /// Where giving up a new instance leads: to the one before it, or the first there is.
    var wayBack: InstanceOverview? {
        guard current == nil else { return nil }
        return former.flatMap { self[$0] } ?? list?.first
    }

    subscript(id: InstanceID) -> InstanceOverview? { list?.first { $0.id == id } }

    /// An instance and those of the same organization: in their events one id means one record, while a copy of an org has
    /// records of the same ids. It alone where its organization is unknown, as that of a deleted one is.
    func ofSameOrganization(as id: InstanceID) -> Set<InstanceID> {
        guard let own = self[id]?.organization else { return [id] }
        return Set((list ?? []).filter { $0.organization == own }.map(\.id))
    }

    /// Whether deliveries to an instance's callback are held.
    func isHeld(_ id: InstanceID) -> Bool { if case .held? = self[id]?.callback { true } else { false } }

    /// Host and port of an instance's callback.
    func callbackHost(of id: InstanceID) -> String {
        let url = self[id]?.configuration.callbackURL ?? ""
        return HTTPAddress.authority(of: url) ?? url
    }

    /// Puts a changed or new instance into the list.
    mutating func update(_ overview: InstanceOverview) {
        var list = list ?? []
        list.removeAll { $0.id == overview.id }
        list.append(overview)
        list.sort { $0.id < $1.id }
        self.list = list
    }
}

extension InstanceOverview {
    /// What tells its organization from others: its address, and its name, as some orgs share an address.
    fileprivate var organization: [String?]? {
        guard let url = organizationURL, let host = HTTPAddress.authority(of: url) else { return nil }
        return [host.lowercased(), organizationName]
    }
}

extension DashboardContext {
    /// Why nothing can be done for an instance: there is none, or the one on the screen is still to be made.
    var noInstance: String {
        let fill = "fill in the form and apply it"
        guard instances.list?.isEmpty == false else { return "There is no instance yet; \(fill)." }
        return "This instance does not exist yet; \(fill), or press \(key(.switchInstance)) for another one."
    }

    /// What is being set up beside the engine, as long as it is waited for.
    var arrangement: String? { instances.isArranging ? settings.arrangement : nil }

    /// Where the engine is, if not in this process: the next node of a data directory may be elsewhere.
    var node: String? { settings.node.map { instances.link?.address ?? $0 } }
}
