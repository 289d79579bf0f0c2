import Domain
import EngineAPI
import Primitives
import RemoteEngine
import Salesforce
import Store
import TestSupport
import Testing

@testable import Engine

@Suite(.embeddedAndRemote, .timeLimit(.minutes(20)))
struct InstanceTests {
    private func run(_ body: (EngineFixture, ScriptedOrg, ManualClock) async throws -> Void) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        var options = EngineOptions()
        options.random = { 0.5 }
        try await EngineFixture.run(org, clock: clock, options: options) { try await body($0, org, clock) }
    }

    @Test func `an org that refuses leaves nothing behind and says why`() async throws {
        try await run { fixture, org, _ in
            org.script {
                $0.connectError = SalesforceError(
                    .authorization,
                    "The code has expired; connect again.",
                    code: "invalid_grant"
                )
            }
            await #expect(throws: ClientError(.upstream, "The code has expired; connect again.")) {
                try await fixture.client.createInstance(.sample())
            }
            let known = try await fixture.client.instances()
            let stored = try await fixture.store.instances()
            #expect(known.isEmpty && stored.isEmpty)
        }
    }

    @Test func `wrong settings are refused together before the org is asked`() async throws {
        try await run { fixture, org, _ in
            let draft = InstanceDraft.sample(callback: "ftp://x") { $0.refreshInterval = 0 }
            do {
                _ = try await fixture.client.createInstance(draft)
                Issue.record("it was taken")
            } catch let error as ConfigurationRejected {
                #expect(Set(error.issues.map(\.key)) == [.callbackURL, .refreshInterval])
            }
            #expect(org.snapshot.connections == 0)
        }
    }

    @Test(arguments: [
        "http://169.254.169.254/latest", "http://2852039166/", "https://[fe80::1]/a", "http://100.100.100.200/",
    ])
    func `a callback at an address that is never posted to is refused before anything is`(url: String) async throws {
        try await run { fixture, org, _ in
            let error = await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.createInstance(.sample(callback: url))
            }
            #expect(error?.issues.map(\.key) == [.callbackURL])
            #expect(error?.description.contains("link-local or metadata address") == true)
            #expect(org.snapshot.connections == 0)
        }
    }

    @Test func `a first poll since a moment that is yet to come is refused`() async throws {
        try await run { fixture, _, clock in
            let late = InstanceDraft.sample { $0.firstRun = .since(clock.now.advanced(bySeconds: 86_400)) }
            let error = await #expect(throws: ConfigurationRejected.self) {
                try await fixture.client.createInstance(late)
            }
            #expect(error?.issues.map(\.key) == [.firstRun])
            let past = InstanceDraft.sample { $0.firstRun = .since(clock.now.advanced(bySeconds: -86_400)) }
            let made = try await fixture.client.createInstance(past)
            #expect(made.configuration.firstRun == past.configuration.firstRun)
        }
    }

    @Test func `a changed interval takes effect at once, without a poll`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            #expect(made.nextPoll == clock.now.advanced(bySeconds: 300))
            let changed = try await fixture.client.updateInstance(
                made.id,
                InstanceDraft.sample { $0.refreshInterval = 1 }.withoutCode
            )
            #expect(changed.nextPoll == clock.now.advanced(bySeconds: 60))
            #expect(org.snapshot.polls == 1 && org.snapshot.connections == 1)
            clock.advance(seconds: 61)
            try await fixture.engine.waitUntil { org.snapshot.polls == 2 }
        }
    }

    @Test func `changes that are made at once all count, also while one asks the org`() async throws {
        try await run { fixture, _, _ in
            let (engine, client) = (fixture.engine, fixture.client)
            let made = try await client.createInstance(.sample())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    group.addTask {
                        _ = try await engine.changeInstance(made.id) { current in
                            var configuration = current.configuration
                            configuration.others["key.\(number)"] = "x"
                            if number == 4 { configuration.objects = ["Lead"] }
                            return InstanceDraft(name: current.name, tags: current.tags, configuration: configuration)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let after = try await client.instance(made.id).configuration
            #expect(after.others.count == 8)
            #expect(after.objects == ["Lead"])
        }
    }

    @Test func `changes that are made at once by way of another node all count`() async throws {
        try await run { fixture, _, _ in
            let made = try await fixture.engine.createInstance(.sample())
            try await ServedEngine.run(fixture.engine) { address in
                let remote = ServedEngine.client { address }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...8 {
                        group.addTask {
                            _ = try await remote.changeInstanceAsItStands(made.id) { current in
                                var configuration = current.configuration
                                configuration.others["key.\(number)"] = "x"
                                return InstanceDraft(
                                    name: current.name,
                                    tags: current.tags,
                                    configuration: configuration
                                )
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await fixture.engine.instance(made.id).configuration.others.count == 8)
        }
    }

    @Test func `a draft of settings that are no more is refused, and one that names none counts`() async throws {
        try await run { fixture, _, _ in
            let client = fixture.client
            let made = try await client.createInstance(.sample())
            let draft = InstanceDraft.sample { $0.refreshInterval = 7 }.withoutCode
            var based = draft
            based.basis = made.updatedDate
            let stale = based
            let changed = try await client.updateInstance(made.id, stale)
            #expect(changed.updatedDate != made.updatedDate && changed.configuration.refreshInterval == 7)
            let error = await #expect(throws: ClientError.self) { try await client.updateInstance(made.id, stale) }
            #expect(error?.kind == .conflict)
            await #expect(throws: ClientError.self) {
                try await client.changeInstanceAsItStands(made.id) { _ in throw ClientError(.conflict, "never") }
            }
            #expect(try await client.updateInstance(made.id, draft).configuration.refreshInterval == 7)
        }
    }

    @Test func `new objects are polled at once, removed ones lose their record`() async throws {
        try await run { fixture, org, _ in
            let made = try await fixture.client.createInstance(.sample())
            #expect(made.pollers.map(\.object) == ["Account", "Contact"])
            _ = try await fixture.client.updateInstance(
                made.id,
                InstanceDraft.sample { $0.objects = ["Contact", "Lead"] }.withoutCode
            )
            #expect(org.snapshot.polls == 2)
            #expect(org.snapshot.requests.last?.objects == ["Contact", "Lead"])
            let records = Set(try await fixture.store.pollerRecords(made.id).map(\.object))
            #expect(records == ["Contact", "Lead", Poller.spentName])
        }
    }

    @Test func `an object that was made since the org's list was read is watched and gets its trigger`() async throws {
        try await run { fixture, org, _ in
            let made = try await fixture.client.createInstance(.sample())
            org.script { $0.keptObjects = ["Account", "Contact"] }
            let changed = try await fixture.client.updateInstance(
                made.id,
                InstanceDraft.sample { $0.objects = ["account", "invoice__c"] }.withoutCode
            )
            #expect(changed.configuration.objects == ["Account", "Invoice__c"])
            let listed = try await fixture.client.describeObjects(made.id).map(\.name)
            #expect(listed.contains("Invoice__c"))
            org.script { $0.keptObjects = ["Account", "Invoice__c", "Gone__c"] }
            let kept = try await fixture.client.describeObjects(made.id).map(\.name)
            #expect(kept.contains("Gone__c"))
            // Whoever wants to know whether the org can be asked at all.
            let anew = try await fixture.client.describeObjects(made.id, anew: true).map(\.name)
            #expect(anew.contains("Invoice__c") && !anew.contains("Gone__c"))
            let triggers = try await fixture.client.apexProject(made.id).filter { $0.path.hasSuffix(".trigger") }
            #expect(triggers.count == 2)
            await #expect(throws: ConfigurationRejected.self, "what the org has not even now is refused") {
                try await fixture.client.updateInstance(
                    made.id,
                    InstanceDraft.sample { $0.objects = ["Nothing__c"] }.withoutCode
                )
            }
        }
    }

    /// Lets time go by until another instance was polled again: whoever was to be polled as well, was.
    private func advance(_ clock: ManualClock, until other: InstanceID, isPolledBy org: ScriptedOrg) async throws {
        let before = org.polls(of: other)
        clock.advance(seconds: 100_000)
        try await waitUntil("the other one is polled") { org.polls(of: other) > before }
    }

    @Test func `a disabled instance is stopped and says so`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            let other = try await fixture.client.createInstance(.sample())
            let disabled = try await fixture.client.setEnabled(made.id, false)
            #expect(disabled.source == .stopped && disabled.nextPoll == nil)
            try await advance(clock, until: other.id, isPolledBy: org)
            await #expect(throws: ClientError.self) { try await fixture.client.poll(made.id) }
            #expect(org.polls(of: made.id) == 1)
            _ = try await fixture.client.setEnabled(made.id, true)
            #expect(org.polls(of: made.id) == 2)
        }
    }

    @Test func `deleting revokes and stops`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            let other = try await fixture.client.createInstance(.sample())
            try await fixture.client.deleteInstance(made.id)
            #expect(org.snapshot.revoked == 1)
            #expect(try await fixture.client.instances().map(\.id) == [other.id])
            try await advance(clock, until: other.id, isPolledBy: org)
            #expect(org.polls(of: made.id) == 1)
            await #expect(throws: ClientError.self) { try await fixture.client.instance(made.id) }
        }
    }

    @Test func `a dead grant is said, and still tried again by itself at the moment that is shown`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            org.script {
                $0.error = SalesforceError(
                    .authorization,
                    "Connect again.",
                    code: "invalid_grant",
                    providerMessage: "expired access/refresh token"
                )
            }
            await #expect(throws: ClientError.self) { try await fixture.client.poll(made.id) }
            let dead = try await fixture.client.instance(made.id)
            guard case .needsAttention(let reason, _, _) = dead.source else {
                Issue.record("\(dead.source)")
                return
            }
            #expect(reason.contains("tried again by itself"))
            #expect(dead.providerMessage == "expired access/refresh token")
            let next = try #require(dead.nextPoll)
            #expect(next.since(clock.now) >= 240_000)
            org.script { $0.error = nil }
            clock.advance(seconds: next.since(clock.now) / 1000 + 1)
            try await fixture.engine.waitUntil {
                if case .live = try await fixture.client.instance(made.id).source { return true }
                return false
            }
        }
    }

    @Test func `a passing fault is tried again soon, then less often`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            org.script { $0.error = SalesforceError(.unreachable, "The host does not answer.") }
            await #expect(throws: ClientError.self) { try await fixture.client.poll(made.id) }
            for wait in [5, 10, 20] as [Int64] {
                let overview = try await fixture.client.instance(made.id)
                guard case .degraded("The host does not answer.", _, .some) = overview.source else {
                    Issue.record("\(overview.source)")
                    return
                }
                #expect(overview.nextPoll == clock.now.advanced(bySeconds: wait))
                let polls = org.snapshot.polls
                clock.advance(seconds: wait)
                try await fixture.engine.waitUntil {
                    let isPolling = try await fixture.client.instance(made.id).isPolling
                    return org.snapshot.polls == polls + 1 && !isPolling
                }
            }
        }
    }

    @Test func `near the daily allowance polls are rare, and it says so`() async throws {
        try await run { fixture, org, clock in
            org.script { $0.usage = APIUsage(used: 96_000, allowed: 100_000) }
            let made = try await fixture.client.createInstance(.sample())
            #expect(made.nextPoll == clock.now.advanced(bySeconds: 3600))
            guard case .degraded(let reason, _, _) = made.source else {
                Issue.record("\(made.source)")
                return
            }
            #expect(reason.contains("left to its own users") && reason.contains("60 min instead of 5 min"))
            org.script { $0.error = SalesforceError(.dailyLimit, "The allowance is used up.") }
            await #expect(throws: ClientError.self) { try await fixture.client.poll(made.id) }
            let paused = try await fixture.client.instance(made.id)
            #expect(paused.nextPoll == clock.now.advanced(bySeconds: 3600))
        }
    }

    @Test func `polls asked for together are one poll`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            let gate = Gate()
            org.script {
                $0.gate = gate
                $0.pages = [[.row(1, name: "A", stamp: clock.now, created: clock.now)]]
            }
            async let first = fixture.client.poll(made.id)
            try await fixture.engine.waitUntil { try await fixture.client.instance(made.id).isPolling }
            async let second = fixture.client.poll(made.id)
            gate.open()
            let sums = try await [first, second]
            #expect(sums[0].result.created == 1)
            #expect(org.snapshot.polls <= 3)
        }
    }

    @Test func `reconciliation runs every hour`() async throws {
        try await run { fixture, org, clock in
            let made = try await fixture.client.createInstance(.sample())
            _ = try await fixture.client.poll(made.id)
            #expect(org.snapshot.requests.map(\.reconcile) == [false, false])
            _ = try await fixture.client.setEnabled(made.id, false)
            clock.advance(seconds: 3601)
            _ = try await fixture.client.setEnabled(made.id, true)
            #expect(org.snapshot.requests.last?.reconcile == true)
        }
    }

    @Test func `what is asked of an instance that isn't there is refused, its bulk replays, too`() async throws {
        try await run { fixture, _, _ in
            let client = fixture.client
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await client.replayJobs(999) }, { _ = try await client.failures(999) },
                { _ = try await client.statistics(of: 999) }, { _ = try await client.apexStatus(999) },
                { _ = try await client.previewReplays(999, filter: EventFilter()) },
                { _ = try await client.activity(999, since: .distantPast) },
            ]
            for call in calls {
                let error = await #expect(throws: ClientError.self) { try await call() }
                #expect(error?.kind == .notFound)
            }
        }
    }

    @Test func `another org's webhook and webhooks while events are off are refused`() async throws {
        try await run { fixture, _, _ in
            let made = try await fixture.client.createInstance(.sample(type: .webhooks))
            let instance = try await fixture.engine.storedInstance(made.id)
            let body = try WebhookBody.parse(
                Array(
                    #"{"operation":"insert","object":"Account","organizationId":"00D000000000009EAA","records":[{"Id":"001000000000001AAA"}]}"#
                        .utf8
                )
            )
            await #expect(throws: ClientError.self) { try await fixture.engine.accept(body, for: instance) }
            _ = try await fixture.client.setEnabled(made.id, false)
            let disabled = await #expect(throws: ClientError.self) {
                try await fixture.engine.accept(body, for: instance)
            }
            #expect(disabled?.kind == .forbidden)
            #expect(disabled?.message.contains("PUT /instances/\(made.id)/enabled") == true)
            _ = try await fixture.client.setEnabled(made.id, true)
            let off = InstanceDraft.sample(type: .webhooks) { $0.eventsEnabled = false }
            _ = try await fixture.client.updateInstance(made.id, off)
            let switchedOff = await #expect(throws: ClientError.self) {
                try await fixture.engine.accept(body, for: instance)
            }
            #expect(switchedOff?.message.contains("event.notification.enabled") == true)
            #expect(try await fixture.client.counts(EventFilter()).total == 0)
            #expect(try await fixture.engine.receiver(token: instance.receiverToken.exposed) == made.id)
            #expect(try await fixture.engine.receiver(token: "nope") == nil)
        }
    }
}
