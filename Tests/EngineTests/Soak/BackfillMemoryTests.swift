import AsyncHTTPClient
import Domain
import Engine
import EngineAPI
import EngineTestSupport
import Foundation
import Salesforce
import SimulatedOrg
import Store
import TestSupport
import Testing

/// `SIGNALBOX_BACKFILL_ROWS=200000` measures what a backfill holds. Alone: other tests in the process would be measured too.
struct BackfillMemoryTests {
    private static let rows = ProcessInfo.processInfo.environment["SIGNALBOX_BACKFILL_ROWS"].flatMap { Int($0) }

    @Test(.enabled(if: rows != nil)) func `A backfill needs no more memory for many rows than for some`() async throws {
        let rows = try #require(Self.rows)
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 0
        configuration.instanceURL = "http://org.example"
        configuration.keepsHistory = false
        let org = Org(configuration: configuration, clock: .virtual)
        try await org.seed("Account", count: rows)
        await org.advanceClock(seconds: 86_400)
        let clock = ManualClock()
        let connector = SalesforceConnector(http: OrgInProcess(org: org), now: { clock.now }, pause: { _ in })
        try await EngineFixture.run(connector, clock: clock) { fixture in
            var draft = InstanceDraft.sample {
                $0.baseURL = "http://org.example"
                $0.apiKey = "signalbox-demo"
                $0.apiSecret = "signalbox-demo-secret"
                $0.oauthCallbackURL = "http://localhost"
                $0.firstRun = .backfill
                $0.objects = ["Account"]
            }
            draft.authorizationCode = "signalbox-demo-code"
            let made = try await fixture.engine.createInstance(draft)
            // The first poll's share is in; what follows must not add to it.
            let first = try Self.residentKilobytes()
            var (polls, calls, read) = (0, 0, 0)
            let summary = try await fixture.engine.poll(made.id)
            polls += 1
            calls += summary.apiCalls
            read += summary.rowsRead
            // What is long past is read beside the polls.
            try await waitUntil("all of it is read", within: 600) {
                try await fixture.store.counts(EventFilter()).total >= rows
            }
            let last = try Self.residentKilobytes()
            print(
                "backfill: \(rows) rows, then \(polls) polls, \(read) rows, \(calls) calls; \(first) kB, at the end \(last) kB"
            )
            #expect(last < first + 40_000)
        }
    }

    private static func residentKilobytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
