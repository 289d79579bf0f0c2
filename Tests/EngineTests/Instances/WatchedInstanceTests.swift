import Domain
import EngineAPI
import Primitives
import Salesforce
import Store
import Testing

@testable import Engine

struct WatchedInstanceTests {
    private static let moment = Timestamp(seconds: 1_800_000_000)

    private static func instance(_ objects: [String], id: InstanceID = 7) -> Instance {
        var configuration = InstanceConfiguration()
        configuration.objects = objects
        return Instance(
            id: id,
            name: "one",
            tags: [],
            token: "t",
            configuration: configuration,
            receiverToken: Secret("r\(id)"),
            receiverSecret: "whsec_AAAA",
            createdDate: moment,
            updatedDate: moment
        )
    }

    private static func record(_ object: String, baseline: Timestamp? = moment, resume: String? = nil) -> PollerRecord {
        PollerRecord(instanceID: 7, object: object, baseline: baseline, resume: resume)
    }

    @Test func `objects are known by any spelling, with the baseline that was stored`() {
        let watched = WatchedInstance(Self.instance(["Account", "Invoice__c"]), records: [Self.record("ACCOUNT")])
        #expect(watched.current.objects == ["account": "Account", "invoice__c": "Invoice__c"])
        #expect(watched.current.baselines == ["account": Self.moment])
    }

    @Test func `an object that is not watched any more takes its baseline with it`() {
        let watched = WatchedInstance(
            Self.instance(["Account", "Contact"]),
            records: [Self.record("Account"), Self.record("Contact")]
        )
        watched.replace(Self.instance(["Contact"]))
        #expect(watched.current.baselines == ["contact": Self.moment])
        watched.stored([Self.record("Contact", baseline: nil)])
        #expect(watched.current.baselines.isEmpty)
    }

    @Test func `when the first run of an object had not begun yet is known and forgotten with its baseline`() {
        var resume = ResumeState()
        resume.begun = Self.moment
        let watched = WatchedInstance(
            Self.instance(["Account", "Contact"]),
            records: [Self.record("ACCOUNT", resume: resume.text), Self.record("Contact")]
        )
        #expect(watched.current.begun == ["account": Self.moment])
        watched.replace(Self.instance(["Contact"]))
        #expect(watched.current.begun.isEmpty)
        watched.stored([Self.record("Contact", resume: resume.text)])
        #expect(watched.current.begun == ["contact": Self.moment])
        watched.forgetOrganization()
        #expect(watched.current.begun.isEmpty)
    }

    @Test func `positions of no object stand apart, and go with the org that they are of`() {
        let name = "/data/ChangeEvents"
        let watched = WatchedInstance(
            Self.instance(["Account"]),
            records: [Self.record("Account"), Self.record(name, resume: "1")]
        )
        watched.heard(at: Self.moment)
        #expect(watched.current.baselines.count == 1 && watched.positionNames == [name])
        watched.stored([Self.record(name, resume: "2")])
        #expect(watched.position(name)?.resume == "2")
        watched.forgetOrganization()
        #expect(watched.position(name) == nil && watched.lastHeard == nil && watched.current.baselines.isEmpty)
    }

    @Test func `changes are made one after another, and none of an instance that is gone`() async throws {
        let clock = ManualClock()
        try await EngineFixture.run(ScriptedOrg(clock: clock), clock: clock) { fixture in
            let id = try await fixture.engine.createInstance(.sample()).id
            let watched = try await fixture.engine.directory.entry(id).watched
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        _ = try? await watched.edit(in: fixture.store) { $0.tags.append("\(number)") }
                    }
                }
            }
            #expect(Set(watched.instance.tags) == Set(["t"] + (0..<20).map(String.init)))
            #expect(try await fixture.store.instance(id)?.tags == watched.instance.tags)
            try await fixture.engine.deleteInstance(id)
            #expect(try await !watched.edit(in: fixture.store) { $0.name = "ghost" })
            #expect(try await fixture.store.instance(id) == nil)
        }
    }
}
