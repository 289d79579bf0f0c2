import Domain
import Engine
import Primitives
import Salesforce
import TestSupport

/// A scripted org that takes Apex, and has each deployment in its queue until a test says otherwise.
final class DeployingOrg: OrgConnecting {
    struct State {
        /// What becomes of a deployment by the next look at it.
        var answer = Answer.pending
        /// `deploy` and `remove`, as they were posted.
        var posts: [String] = []
        /// What the last of them held.
        var body = ""
        var looks = 0
        /// What befalls a post that the org has taken nonetheless.
        var lostAnswer: SalesforceError?
        /// How often it was asked what kind of org it is, before each post.
        var questions = 0
        /// Holds the answers to that.
        var gate: Gate?
    }

    enum Answer: String {
        case pending = #"{"id":"0Af1","deployResult":{"status":"Pending","done":false}}"#
        case succeeded = #"{"id":"0Af1","deployResult":{"status":"Succeeded","done":true,"success":true}}"#
        case failed = #"{"id":"0Af1","deployResult":{"status":"Failed","done":true,"success":false}}"#
    }

    let org: ScriptedOrg
    private let state = Locked(State())

    init(_ org: ScriptedOrg) { self.org = org }

    func script(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var snapshot: State { state.withLock { $0 } }

    func authorizeURL(_ configuration: InstanceConfiguration, state: String, codeChallenge: String?) -> String {
        org.authorizeURL(configuration, state: state, codeChallenge: codeChallenge)
    }

    func connect(
        _ configuration: InstanceConfiguration,
        code: Secret?,
        codeVerifier: Secret?,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        try await org.connect(configuration, code: code, codeVerifier: codeVerifier, granted: granted)
    }

    func identify(
        _ connection: OrgConnection,
        _ configuration: InstanceConfiguration,
        granted: @escaping @Sendable (OrgConnection) async throws -> Void
    ) async throws -> OrgConnection {
        try await org.identify(connection, configuration, granted: granted)
    }

    func session(
        _ connection: OrgConnection,
        configuration: InstanceConfiguration,
        save: @escaping @Sendable (OrgConnection) async throws -> Void
    ) -> any OrgSession {
        DeployingSession(org: self, session: org.session(connection, configuration: configuration, save: save))
    }

    fileprivate func call(_ method: String, _ path: String, _ body: [UInt8]?) async throws -> JSON {
        if path.hasPrefix("/query") {
            let gate = state.withLock { state in
                state.questions += 1
                return state.gate
            }
            await gate?.wait()
            return try JSON(parsing: #"{"records":[{"IsSandbox":true,"OrganizationType":"Enterprise Edition"}]}"#)
        }
        let answer = try state.withLock { state in
            if method == "POST" {
                let text = String(decoding: body ?? [], as: UTF8.self)
                state.body = text
                state.posts.append(text.contains("RunSpecifiedTests") ? "deploy" : "remove")
                if let error = state.lostAnswer { throw error }
            } else {
                state.looks += 1
            }
            return state.answer
        }
        return try JSON(parsing: answer.rawValue)
    }
}

private struct DeployingSession: OrgSession, OrgCalling {
    let org: DeployingOrg
    let session: any OrgSession

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
        try await session.poll(request, known: known, store: store)
    }

    func read(
        _ request: BacklogRequest,
        known: @escaping KnownRecords,
        store: @Sendable (PollPage, BacklogPlace) async throws -> IntakeResult
    ) async throws { try await session.read(request, known: known, store: store) }

    func revoke() async throws { try await session.revoke() }

    func call(_ method: String, _ path: String, contentType: String?, body: [UInt8]?) async throws -> JSON {
        try await org.call(method, path, body)
    }
}
