package import Domain
package import Primitives

extension InstanceOverview: WireObject {
    package static var wireName: String { "InstanceOverview" }
    package static var members: [WireMember<InstanceOverview>] {
        [
            .init("id", \.id), .init("name", \.name), .init("tags", \.tags),
            .init("configuration", \.shownConfiguration),
            .init("isDisabled", \.isDisabled), .init("source", \.source), .init("providerMessage", \.providerMessage),
            .init("callback", \.callback), .init("pollers", \.pollers), .init("nextPoll", \.nextPoll),
            .init("isPolling", \.isPolling), .init("apiUsage", \.apiUsage), .init("receiverUrl", \.receiverURL),
            .init("organizationName", \.organizationName), .init("isConnected", \.isConnected),
            .init("organizationUrl", \.organizationURL), .init("backfills", \.backfills),
            .init("attemptLimit", \.attemptLimit), .init("apiBudget", \.apiBudget),
            .init("updatedDate", \.updatedDate), .init("unwatchedChanges", \.unwatchedChanges),
            .init("unwatchedObjects", \.unwatchedObjects),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            id: try members("id"),
            name: try members("name"),
            tags: try members("tags"),
            configuration: try members("configuration"),
            isDisabled: try members("isDisabled"),
            source: try members("source"),
            callback: try members("callback"),
            pollers: try members("pollers"),
            nextPoll: try members("nextPoll"),
            isPolling: try members("isPolling"),
            apiUsage: try members("apiUsage"),
            receiverURL: try members("receiverUrl"),
            organizationName: try members("organizationName"),
            isConnected: try members("isConnected")
        )
        providerMessage = try members("providerMessage")
        backfills = try members("backfills")
        organizationURL = try members("organizationUrl")
        attemptLimit = try members("attemptLimit")
        apiBudget = try members("apiBudget")
        updatedDate = try members("updatedDate")
        // An older node doesn't say.
        unwatchedChanges = try members.value("unwatchedChanges", or: 0)
        unwatchedObjects = try members.value("unwatchedObjects", or: [])
    }
}

/// What became of a deleted instance's Apex in its org, if there was any; an older node doesn't say.
package struct DeletionReport: WireObject, Hashable {
    package let report: String?

    package static var wireName: String { "DeletionReport" }
    package static var members: [WireMember<DeletionReport>] { [.init("report", \.report)] }

    package init(_ report: String?) { self.report = report }
    package init(reading members: WireReader) throws(WireFault) { report = try members("report") }
}

extension InstanceOverview {
    /// Masked also where an engine did not.
    fileprivate var shownConfiguration: InstanceConfiguration { configuration.masked }
}

extension SourceState: WireObject {
    private enum Kind: String, WireWord {
        case stopped
        case connecting
        case live
        case degraded
        case overdue
        case needsAttention
    }

    package static var wireName: String { "SourceState" }
    package static var members: [WireMember<SourceState>] {
        [
            .init("state", \.kind), .init("reason", \.reason), .init("since", \.since),
            .init("lastSuccess", \.lastSuccess),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        let lastSuccess: Timestamp? = try members("lastSuccess")
        switch try members("state", as: Kind.self) {
        case .stopped: self = .stopped
        case .connecting: self = .connecting
        case .live: self = .live(lastSuccess: lastSuccess)
        case .degraded:
            self = .degraded(reason: try members("reason"), since: try members("since"), lastSuccess: lastSuccess)
        case .overdue:
            self = .overdue(reason: try members("reason"), since: try members("since"), lastSuccess: lastSuccess)
        case .needsAttention:
            self = .needsAttention(reason: try members("reason"), since: try members("since"), lastSuccess: lastSuccess)
        }
    }

    private var kind: Kind {
        switch self {
        case .stopped: .stopped
        case .connecting: .connecting
        case .live: .live
        case .degraded: .degraded
        case .overdue: .overdue
        case .needsAttention: .needsAttention
        }
    }

    /// Why it is not as it should be, if it isn't.
    var reason: String? { trouble?.reason }
    private var since: Timestamp? { trouble?.since }

    private var trouble: (reason: String, since: Timestamp)? {
        switch self {
        case .degraded(let reason, let since, _), .overdue(let reason, let since, _),
            .needsAttention(let reason, let since, _):
            (reason, since)
        case .stopped, .connecting, .live: nil
        }
    }
}

extension CallbackState: WireObject {
    private enum Kind: String, WireWord {
        case none
        case idle
        case healthy
        case failing
        case held
    }

    package static var wireName: String { "CallbackState" }
    package static var members: [WireMember<CallbackState>] {
        [
            .init("state", \.kind), .init("reason", \.reason), .init("status", \.status),
            .init("milliseconds", \.milliseconds), .init("at", \.at), .init("retrying", \.retrying),
            .init("until", \.until),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        switch try members("state", as: Kind.self) {
        case .none: self = .none
        case .idle: self = .idle
        case .healthy:
            self = .healthy(
                status: try members("status"),
                milliseconds: try members("milliseconds"),
                at: try members("at")
            )
        case .failing:
            self = .failing(
                reason: try members("reason"),
                at: try members("at"),
                retrying: try members("retrying"),
                until: try members("until")
            )
        case .held: self = .held(reason: try members("reason"), until: try members("until"))
        }
    }

    private var kind: Kind {
        switch self {
        case .none: .none
        case .idle: .idle
        case .healthy: .healthy
        case .failing: .failing
        case .held: .held
        }
    }

    private var reason: String? {
        switch self {
        case .failing(let reason, _, _, _), .held(let reason, _): reason
        case .none, .idle, .healthy: nil
        }
    }

    private var at: Timestamp? {
        switch self {
        case .healthy(_, _, let at), .failing(_, let at, _, _): at
        case .none, .idle, .held: nil
        }
    }

    private var status: Int? { if case .healthy(let status, _, _) = self { status } else { nil } }
    private var milliseconds: Int? { if case .healthy(_, let time, _) = self { time } else { nil } }
    private var retrying: Int? { if case .failing(_, _, let count, _) = self { count } else { nil } }
    private var until: Timestamp? {
        switch self {
        case .failing(_, _, _, let until), .held(_, let until): until
        case .none, .idle, .healthy: nil
        }
    }
}

/// Without the detector's own notes, which only the engine reads.
extension PollerRecord: WireObject {
    package static var wireName: String { "PollerRecord" }
    package static var members: [WireMember<PollerRecord>] {
        [
            .init("instanceId", \.instanceID), .init("object", \.object), .init("cursor", \.cursor),
            .init("deletedCursor", \.deletedCursor), .init("baseline", \.baseline), .init("lastPoll", \.lastPoll),
            .init("nextPoll", \.nextPoll), .init("apiCalls", \.apiCalls), .init("rowsRead", \.rowsRead),
            .init("problem", \.problem), .init("providerMessage", \.providerMessage), .init("note", \.note),
            .init("calls", \.calls),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            instanceID: try members("instanceId"),
            object: try members("object"),
            cursor: try members("cursor"),
            deletedCursor: try members("deletedCursor"),
            baseline: try members("baseline"),
            lastPoll: try members("lastPoll"),
            nextPoll: try members("nextPoll"),
            calls: try members.calls,
            rowsRead: try members("rowsRead"),
            problem: try members("problem"),
            providerMessage: try members("providerMessage"),
            note: try members("note")
        )
    }
}

extension APIUsage: WireObject {
    package static var wireName: String { "APIUsage" }
    package static var members: [WireMember<APIUsage>] { [.init("used", \.used), .init("allowed", \.allowed)] }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(used: try members("used"), allowed: try members("allowed"))
    }
}

extension APICalls: WireValue {
    package static var shape: WireShape { [String: Int].shape }
    package var wire: JSON { named.wire }
    package init(wire: JSON) throws(WireFault) { self.init(named: try [String: Int](wire: wire)) }
}

extension WireReader {
    /// An older node says only how many they are.
    fileprivate var calls: APICalls {
        get throws(WireFault) {
            let calls: APICalls? = try self("calls")
            if let calls { return calls }
            return [.other: try self("apiCalls")]
        }
    }
}

extension APIBudget: WireObject {
    package static var wireName: String { "APIBudget" }
    package static var members: [WireMember<APIBudget>] { [.init("calls", \.calls), .init("limit", \.limit)] }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(calls: try members("calls"), limit: try members("limit"))
    }
}

extension BackfillProgress: WireObject {
    package static var wireName: String { "BackfillProgress" }
    package static var members: [WireMember<BackfillProgress>] {
        [
            .init("object", \.object), .init("rows", \.rows), .init("total", \.total), .init("calls", \.calls),
            .init("rowsPerSecond", \.rowsPerSecond), .init("secondsLeft", \.secondsLeft),
            .init("isPaused", \.isPaused), .init("problem", \.problem),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(object: try members("object"), rows: try members("rows"), total: try members("total"))
        // An older node doesn't say.
        calls = try members.value("calls", or: 0)
        rowsPerSecond = try members("rowsPerSecond")
        secondsLeft = try members("secondsLeft")
        isPaused = try members.value("isPaused", or: false)
        problem = try members("problem")
    }
}

extension ObjectDescription: WireObject {
    package static var wireName: String { "ObjectDescription" }
    package static var members: [WireMember<ObjectDescription>] {
        [
            .init("name", \.name), .init("label", \.label), .init("isCustom", \.isCustom),
            .init("isQueryable", \.isQueryable), .init("isReplicateable", \.isReplicateable),
            .init("isTriggerable", \.isTriggerable),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            name: try members("name"),
            label: try members("label"),
            isCustom: try members("isCustom"),
            isQueryable: try members("isQueryable"),
            isReplicateable: try members("isReplicateable"),
            isTriggerable: try members("isTriggerable")
        )
    }
}

extension PollSummary: WireObject {
    package static var wireName: String { "PollSummary" }
    package static var members: [WireMember<PollSummary>] {
        [
            .init("result", \.result), .init("rowsRead", \.rowsRead), .init("apiCalls", \.apiCalls),
            .init("milliseconds", \.milliseconds), .init("problems", \.problems),
            .init("providerMessages", \.providerMessages), .init("calls", \.calls),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            result: try members("result"),
            rowsRead: try members("rowsRead"),
            calls: try members.calls,
            milliseconds: try members("milliseconds"),
            problems: try members("problems"),
            providerMessages: try members("providerMessages")
        )
    }
}

/// The counts alone: what is to be sent and read again is the engine's own business.
extension IntakeResult: WireObject {
    package static var wireName: String { "IntakeResult" }
    package static var members: [WireMember<IntakeResult>] {
        [
            .init("created", \.created), .init("updated", \.updated), .init("deleted", \.deleted),
            .init("repeats", \.repeats), .init("lastSequence", \.lastSequence),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init()
        created = try members("created")
        updated = try members("updated")
        deleted = try members("deleted")
        repeats = try members("repeats")
        lastSequence = try members("lastSequence")
    }
}
