import Domain
import Primitives
import Testing

@testable import EngineAPI

/// The JSON of the engine's interface.
struct WireTests {
    @Test(arguments: WireSample.all)
    func `what is sent comes back as it was`(_ sample: WireSample) throws { #expect(try sample.comesBack()) }

    /// Every change of one place inside the JSON: left out, null, another kind, an unknown member.
    private static func mutations(_ json: JSON) -> [JSON] {
        switch json {
        case .object(let members):
            var all: [JSON] = [.object(members + [.init("nonsense", 1)])]
            for (index, member) in members.enumerated() {
                var fewer = members
                fewer.remove(at: index)
                all.append(.object(fewer))
                for value in mutations(member.value) {
                    var changed = members
                    changed[index].value = value
                    all.append(.object(changed))
                }
            }
            return all + strangers(json)
        case .array(let elements):
            guard let first = elements.first else { return strangers(json) }
            let inner = mutations(first).map { JSON.array([$0] + elements.dropFirst()) }
            return inner + strangers(json)
        default: return strangers(json)
        }
    }

    private static func strangers(_ json: JSON) -> [JSON] {
        [.null, true, "text", .number("1.5"), .number("99999999999999999999"), [], [:], [["a": 1]]].filter {
            $0 != json
        }
    }

    @Test(arguments: WireSample.all)
    func `whatever else comes is read as something or refused in a sentence, and never half`(_ sample: WireSample) {
        for json in Self.mutations(sample.json) {
            do {
                let read = try sample.again(json)
                // What could be read is a value like any other.
                #expect(throws: Never.self) { try sample.again(read) == read }
            } catch let fault as WireFault {
                #expect(!fault.description.isEmpty && fault.description.utf8.count < 4000)
            } catch {
                Issue.record("\(json.text): \(error)")
            }
        }
    }

    @Test func `a fault names the place`() {
        #expect(throws: WireFault.malformed("events: limit: It must be a whole number.")) {
            do throws(WireFault) {
                _ = try PageRequest(wire: ["isOldestFirst": true, "limit": "x", "events": [:]])
            } catch {
                throw error.inside("events")
            }
        }
    }

    @Test func `what a person wants is refused where it is not understood whole`() {
        let orders: [any WireObject.Type] = [
            InstanceDraft.self, PageRequest.self, EventFilter.self, ReplayOptions.self, EngineOrder.Switch.self,
            EngineOrder.Authorization.self, EngineOrder.Reply.self, EngineOrder.BulkReplay.self,
            EngineOrder.ReplayChange.self, EngineOrder.CallbackTest.self, EngineOrder.Hold.self,
            EngineOrder.Backlogs.self,
            EngineOrder.NewKey.self,
            EngineOrder.ApexPermission.self,
        ]
        for order in orders {
            #expect(throws: WireFault.self, "\(order)") { _ = try order.init(wire: ["nonsense": 1]) }
        }
    }

    @Test(arguments: ["since:2h", "acme | -(until:yesterday)", "since:0", "until:10:30", "since:monday"])
    func `a filter with a moment that counts from no known now is refused, as it would find what nobody meant`(
        text: String
    ) throws {
        #expect {
            _ = try EventFilter(wire: ["filter": .string(text)])
        } throws: { error in
            "\(error)".contains("is a whole moment like 2026-11-23T18:00:00Z")
        }
        let moment = Timestamp(seconds: 1_764_000_000)
        let printed = try EventExpression(parsing: text, now: moment).description
        #expect(try EventFilter(wire: ["filter": .string(printed)]).whole.description == printed)
    }

    @Test(arguments: [["objects": []], ["text": " & "], ["text": ""], "", " "] as [JSON])
    func `a filter that comes to nothing is refused, and one that says nothing finds everything`(filter: JSON) throws {
        #expect(throws: WireFault.self) { _ = try EventFilter(wire: ["filter": filter]) }
        for all in [[:], ["filter": [:]], ["filter": .null]] as [JSON] { #expect(try EventFilter(wire: all).isEmpty) }
    }

    @Test func `all faults of settings are told together`() {
        let wire: JSON = ["event.poller.refresh_interval": "0", "event.notification.callback.url": "ftp://x"]
        do {
            _ = try InstanceConfiguration(wire: wire)
            Issue.record("it was taken")
        } catch {
            guard case .rejected(let rejected) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(Set(rejected.issues.map(\.key)) == [.refreshInterval, .callbackURL])
        }
    }

    @Test func `what is the engine's own business stays with it`() {
        let record = PollerRecord(instanceID: 1, object: "Account", resume: "opaque-notes")
        #expect(!record.wire.text.contains("opaque-notes"))
        var deployed = DeployedApex()
        deployed.secretDigest = "digest-of-the-secret"
        #expect(!deployed.wire.text.contains("digest-of-the-secret"))
        #expect(!deployed.wire.text.contains("underWay"), "nothing is said of nothing")
        var filter = EventFilter()
        filter.heldInstances = [4711]
        #expect(filter.wire == [:])
    }

    @Test(arguments: ["a/b", "a?b#c", "..", "%2F", "ä b", ""])
    func `a parameter never leaves its segment`(_ text: String) {
        let path = EngineCall.eventByID.path([text])
        let head = "/signalbox/v1/events/ids/"
        #expect(path.hasPrefix(head) && !path.dropFirst(head.count).contains { "/?# ".contains($0) })
    }

    @Test func `each call has a place of its own`() {
        #expect(Set(EngineCall.allCases.map { $0.method + $0.template }).count == EngineCall.allCases.count)
    }
}
