import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport

/// An org with a past that is long enough to be a backlog, and an instance that reads all of it.
enum BacklogOrg {
    /// Of each object.
    static let rows = 400
    /// Those that lie in the overlap before the org's newest stamp, which the first poll reads itself.
    static let newest = 10

    static func make(
        _ objects: [String] = ["Account"],
        _ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }
    ) async throws -> Org {
        let org = empty(change)
        for _ in 0..<rows / newest {
            for object in objects { try await org.seed(object, count: newest) }
            await org.advanceClock(seconds: 3600)
        }
        await org.advanceClock(seconds: 86_400)
        return org
    }

    /// An org with few rows of long ago, and many that were loaded within the overlap.
    static func loaded(older: Int, newer: Int = rows) async throws -> Org {
        let org = empty()
        try await org.seed("Account", count: older)
        await org.advanceClock(seconds: 86_400)
        try await org.seed("Account", count: newer)
        await org.advanceClock(seconds: 60)
        return org
    }

    private static func empty(_ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }) -> Org {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.instanceURL = "http://org.example"
        configuration.maximumPageRows = 20
        change(&configuration)
        return Org(configuration: configuration, clock: .virtual)
    }

    static var options: EngineOptions {
        var options = EngineOptions()
        options.backlogRows = 100
        return options
    }

    static func draft(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> InstanceDraft {
        var draft = InstanceDraft.sample {
            $0.baseURL = "http://org.example"
            $0.apiKey = "signalbox-demo"
            $0.apiSecret = "signalbox-demo-secret"
            $0.oauthCallbackURL = "http://localhost"
            $0.objects = ["Account"]
            $0.firstRun = .backfill
            $0.refreshInterval = 5
            change(&$0)
        }
        draft.authorizationCode = "signalbox-demo-code"
        return draft
    }

    /// After so many pages the org is too busy for more, until its faults are removed.
    static func busy(_ org: Org, after pages: Int) async {
        await org.add(FaultRule(.concurrentLimit, path: "/query/", skip: pages, times: nil))
    }

    static func connector(_ http: any HTTPExecuting, _ clock: ManualClock) -> SalesforceConnector {
        SalesforceConnector(http: http, now: { clock.now }, pause: { _ in })
    }
}

/// An org that holds the answer to the next further page of a query.
final class PageHolder: HTTPExecuting {
    private let org: OrgInProcess
    private let gate = Locked<Gate?>(nil)
    private let holds = Locked(false)

    init(_ org: Org) { self.org = OrgInProcess(org: org) }

    var isHolding: Bool { holds.withLock { $0 } }

    func hold(on gate: Gate) { self.gate.withLock { $0 = gate } }

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        if call.url.contains("/query/0r8") || call.url.contains("/query/01g"), let gate = takeGate() {
            holds.withLock { $0 = true }
            await gate.wait()
        }
        return try await org.execute(call)
    }

    private func takeGate() -> Gate? {
        gate.withLock { gate in
            defer { gate = nil }
            return gate
        }
    }
}
