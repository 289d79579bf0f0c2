import Domain
import Engine
import Primitives
import Salesforce

/// A scripted org on a clock of its own, which writes down when it is polled.
struct TimedOrg: OrgConnecting {
    /// The org's clock is not this machine's.
    struct OrgTime: EngineClock {
        let machine: ManualClock

        var now: Timestamp { machine.elsewhere }
        func sleep(until moment: Timestamp) async throws { try await machine.sleep(until: moment) }
    }

    final class Log: Sendable {
        private let polls = Locked<[InstanceID: Int]>([:])

        func add(_ id: InstanceID) { polls.withLock { $0[id, default: 0] += 1 } }
        func count(_ id: InstanceID) -> Int { polls.withLock { $0[id] ?? 0 } }
    }

    let scripted: ScriptedOrg
    let log = Log()

    init(_ machine: ManualClock) { scripted = ScriptedOrg(clock: OrgTime(machine: machine)) }

    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String {
        scripted.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        try await scripted.connect(configuration, code: code, codeVerifier: codeVerifier, granted: granted)
    }

    func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        try await scripted.identify(connection, configuration, granted: granted)
    }

    func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession {
        TimedSession(session: scripted.session(connection, configuration: configuration, save: save), log: log)
    }

    private struct TimedSession: OrgSession {
        let session: any OrgSession
        let log: Log

        var apiUsage: APIUsage? { get async { await session.apiUsage } }

        func drainCalls() async -> APICalls { await session.drainCalls() }

        func describeObjects(
            where suffices: @escaping @Sendable ([ObjectDescription]) -> Bool
        ) async throws -> [ObjectDescription] { try await session.describeObjects(where: suffices) }

        func describeObjectsAnew() async throws -> [ObjectDescription] { try await session.describeObjectsAnew() }

        func poll(
            _ request: PollRequest,
            known: @escaping KnownRecords,
            store: @Sendable (PollPage) async throws -> IntakeResult
        ) async throws -> PollReport {
            log.add(request.instanceID)
            return try await session.poll(request, known: known, store: store)
        }

        func read(
            _ request: BacklogRequest,
            known: @escaping KnownRecords,
            store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
        ) async throws { try await session.read(request, known: known, store: store) }

        func revoke() async throws { try await session.revoke() }
    }
}
