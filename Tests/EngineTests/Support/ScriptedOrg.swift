import Domain
import Engine
import Primitives
import Salesforce
import TestSupport

/// An org without a network: hands out what a test put in, and fails when told.
final class ScriptedOrg: OrgConnecting {
    struct State {
        var pages: [[Observation]] = []
        var polls = 0
        /// What its clock says.
        var date: Timestamp?
        var requests: [PollRequest] = []
        var error: SalesforceError?
        var connectError: SalesforceError?
        /// What it answers to the question who it is.
        var identityError: SalesforceError?
        var describeError: SalesforceError?
        var usage: APIUsage?
        var calls = APICalls()
        var connections = 0
        /// Whether each connection brings a refresh token of its own.
        var rotates = false
        var organization = (id: "00D000000000001EAA", name: "Acme")
        var revoked = 0
        var revokeError: SalesforceError?
        var problems: [String: String] = [:]
        var gate: Gate?
        /// Those of single instances.
        var gates: [InstanceID: Gate] = [:]
        /// Whether a poll that waits at a gate ends when it is cancelled.
        var heedsCancellation = false
        /// Pages that nobody wanted any more.
        var refusedPages = 0
        /// A list of objects that sessions keep from before, where it suffices.
        var keptObjects: [String]?
        var objects = ["Account", "Contact", "Lead", "Opportunity", "Invoice__c"]
        var lastConfiguration: InstanceConfiguration?
        var lastCode: String?
        var lastVerifier: String?
        /// The challenge of the last authorize address.
        var lastChallenge: String?
        /// How each session stores its tokens, in the order in which the sessions were made.
        var saves: [@Sendable (OrgConnection) async throws -> Void] = []
    }

    let state = Locked(State())
    let clock: any EngineClock

    init(clock: any EngineClock) { self.clock = clock }

    func script(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    func polls(of id: InstanceID) -> Int { state.withLock { $0.requests.count { $0.instanceID == id } } }
    var snapshot: State { state.withLock { $0 } }

    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String {
        self.state.withLock { $0.lastChallenge = codeChallenge }
        return configuration.baseURL + "/authorize?state=" + state
    }

    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        let connection = try state.withLock { state in
            state.lastCode = code?.exposed
            if let error = state.connectError { throw error }
            state.connections += 1
            state.lastConfiguration = configuration
            state.lastVerifier = codeVerifier?.exposed
            return OrgConnection(
                accessToken: "token-\(state.connections)",
                refreshToken: state.rotates ? "refresh-\(state.connections)" : "refresh",
                instanceURL: configuration.baseURL,
                organizationID: state.organization.id,
                userID: nil,
                issuedAt: clock.now,
                organizationName: state.organization.name
            )
        }
        try await granted(connection)
        return try await identify(connection, configuration, granted: granted)
    }

    func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        if let error = snapshot.identityError { throw error }
        return connection
    }

    func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession {
        state.withLock { $0.saves.append(save) }
        return ScriptedSession(org: self)
    }
}

struct ScriptedSession: OrgSession {
    let org: ScriptedOrg

    var apiUsage: APIUsage? { get async { org.snapshot.usage } }

    func drainCalls() async -> APICalls {
        org.state.withLock { state in
            defer { state.calls = [:] }
            return state.calls
        }
    }

    func describeObjects(
        where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
    ) async throws -> [ObjectDescription] {
        let state = org.snapshot
        if state.describeError == nil, let kept = state.keptObjects.map(Self.descriptions), suffices(kept) {
            return kept
        }
        return try await describeObjectsAnew()
    }

    func describeObjectsAnew() async throws -> [ObjectDescription] {
        let state = org.snapshot
        if let error = state.describeError { throw error }
        return Self.descriptions(state.objects)
    }

    private static func descriptions(_ names: [String]) -> [ObjectDescription] {
        names.map {
            ObjectDescription(
                name: $0,
                label: $0,
                isCustom: $0.hasSuffix("__c"),
                isQueryable: true,
                isReplicateable: true,
                isTriggerable: true
            )
        }
    }

    func poll(
        _ request: PollRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage) async throws -> IntakeResult
    ) async throws -> PollReport {
        let (pages, error, gate, problems, heeds) = org.state.withLock { state in
            defer { state.pages = state.error == nil ? [] : state.pages }
            state.polls += 1
            state.calls.count(.rows)
            state.requests.append(request)
            let gate = state.gates[request.instanceID] ?? state.gate
            return (state.pages, state.error, gate, state.problems, state.heedsCancellation)
        }
        if let gate {
            if heeds { try await gate.waitUnlessCancelled() } else { await gate.wait() }
        }
        if let error { throw error }
        let now = org.clock.now
        let records = request.objects.map { object in
            var record =
                request.records.first { $0.object == object }
                ?? PollerRecord(instanceID: request.instanceID, object: object)
            record.baseline = record.baseline ?? now
            record.cursor = now
            record.lastPoll = now
            return record
        }
        var report = PollReport()
        report.calls = [.rows: 1]
        report.problems = problems
        report.orgDate = org.snapshot.date
        let policies = Dictionary(
            uniqueKeysWithValues: records.map { ($0.object, ChangeDecision.Policy(baseline: $0.baseline)) }
        )
        for (index, rows) in (pages.isEmpty ? [[]] : pages).enumerated() {
            report.rowsRead += rows.count
            let page = PollPage(
                observations: rows,
                policies: policies,
                pollerRecords: index + 1 >= pages.count ? records : [],
                source: .polling,
                pollDate: now
            )
            do { _ = try await store(page) } catch let error as CancellationError {
                org.script { $0.refusedPages += 1 }
                throw error
            }
        }
        return report
    }

    func read(
        _ request: BacklogRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
    ) async throws { throw SalesforceError(.refused, "The past of this org can't be read.") }

    func revoke() async throws {
        org.script { $0.revoked += 1 }
        if let error = org.snapshot.revokeError { throw error }
    }
}
