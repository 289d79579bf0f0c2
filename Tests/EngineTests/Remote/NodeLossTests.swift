import Domain
import Engine
import EngineAPI
import Primitives
import RemoteEngine
import TestSupport
import Testing

/// A node that goes away and comes back, as an attached dashboard sees it.
@Suite(.timeLimit(.minutes(20)))
struct NodeLossTests {
    /// What a reader of notices and links has heard so far.
    private final class Heard: Sendable {
        let notices = Locked<[EngineNotice]>([])
        let links = Locked<[NodeLink]>([])

        func follow(_ remote: RemoteEngine) -> [Task<Void, Never>] {
            let (links, notices) = (remote.links(), remote.notices())
            return [
                Task { for await link in links { self.links.withLock { $0.append(link) } } },
                Task { for await notice in notices { self.notices.withLock { $0.append(notice) } } },
            ]
        }

        func has(_ notice: EngineNotice) -> Bool { notices.withLock { $0.contains(notice) } }
    }

    /// Where the node is at the moment.
    private final class Place: Sendable {
        static let nowhere = NodeAddress(url: "http://127.0.0.1:1", token: "t")
        let address = Locked<NodeAddress?>(nil)
    }

    private func with(_ body: (EngineFixture, ManualClock, ScriptedOrg) async throws -> Void) async throws {
        let clock = ManualClock()
        let org = ScriptedOrg(clock: clock)
        try await EngineFixture.run(org, clock: clock) { try await body($0, clock, org) }
    }

    private func find(_ count: Int, _ org: ScriptedOrg, _ clock: ManualClock, from first: Int) {
        let rows = (0..<count).map {
            Observation.row(first + $0, name: "n", stamp: clock.now, created: clock.now)
        }
        org.script { $0.pages = [rows] }
    }

    @Test func `a reader that lost its node is told to look again at all, with the number of what came meanwhile`()
        async throws
    {
        try await with { fixture, clock, org in
            let id = try await fixture.engine.createInstance(.sample()).id
            let node = Place()
            let remote = ServedEngine.client { node.address.withLock { $0 } ?? Place.nowhere }
            let heard = Heard()
            let readers = heard.follow(remote)
            defer { for reader in readers { reader.cancel() } }
            try await ServedEngine.run(fixture.engine) { address in
                node.address.withLock { $0 = address }
                try await waitUntil("the first look") { heard.has(.stored(count: 0, lastSequence: 0)) }
                find(1, org, clock, from: 1)
                _ = try await remote.poll(id)
                try await waitUntil("the news") { heard.has(.stored(count: 1, lastSequence: 1)) }
            }
            try await waitUntil("the loss") {
                if case .lost? = heard.links.withLock({ $0.last }) { true } else { false }
            }
            await #expect {
                try await remote.instances()
            } throws: { error in
                (error as? ClientError)?.mayPass == true && "\(error)".contains("can't be asked: it is not there.")
            }
            clock.advance(seconds: 10)
            find(3, org, clock, from: 2)
            _ = try await fixture.engine.poll(id)
            heard.notices.withLock { $0 = [] }
            try await ServedEngine.run(fixture.engine) { address in
                node.address.withLock { $0 = address }
                try await waitUntil("the second look") { heard.has(.stored(count: 3, lastSequence: 4)) }
                #expect(heard.has(.instancesChanged))
                try await waitUntil("the last of it") { heard.has(.deliveries([])) }
                #expect(heard.links.withLock { $0.last } == .reached(at: address.url))
                #expect(try await remote.instances().map(\.id) == [id])
            }
        }
    }

    private struct NoPlace: Error {}

    @Test func `a node that can't be found any more is lost where it was`() async throws {
        try await with { fixture, _, _ in
            let node = Place()
            let remote = ServedEngine.client {
                guard let address = node.address.withLock({ $0 }) else { throw NoPlace() }
                return address
            }
            let heard = Heard()
            let readers = heard.follow(remote)
            defer { for reader in readers { reader.cancel() } }
            try await ServedEngine.run(fixture.engine) { address in
                node.address.withLock { $0 = address }
                try await waitUntil("the first look") { heard.has(.stored(count: 0, lastSequence: 0)) }
                node.address.withLock { $0 = nil }
                await #expect(throws: ClientError.self) { try await remote.instances() }
                try await waitUntil("the loss") {
                    if case .lost(address.url, _, _)? = heard.links.withLock({ $0.last }) { true } else { false }
                }
            }
        }
    }

    @Test func `since when a node is lost stays, however often it is asked`() async throws {
        let remote = ServedEngine.client { Place.nowhere }
        let heard = Heard()
        let readers = heard.follow(remote)
        defer { for reader in readers { reader.cancel() } }
        for _ in 1...5 { await #expect(throws: ClientError.self) { try await remote.instances() } }
        try await waitUntil("the loss") { !heard.links.withLock(\.isEmpty) }
        #expect(Set(heard.links.withLock { $0 }).count == 1)
    }

    @Test func `a wrong token is refused in one sentence`() async throws {
        try await with { fixture, _, _ in
            try await ServedEngine.run(fixture.engine) { address in
                let remote = ServedEngine.client { NodeAddress(url: address.url, token: "wrong-wrong-wrong") }
                await #expect {
                    try await remote.instances()
                } throws: { error in
                    let error = error as? ClientError
                    return error?.kind == .forbidden && error?.mayPass == false
                        && error?.message.contains("refuses the token") == true
                }
            }
        }
    }

    @Test func `what is refused in the middle of a stream keeps its kind`() async throws {
        try await with { fixture, _, _ in
            try await ServedEngine.run(fixture.engine) { address in
                let remote = ServedEngine.client { address }
                await #expect {
                    try await remote.deployApex(4711, allowProduction: false) { _ in }
                } throws: { ($0 as? ClientError)?.kind == .notFound }
            }
        }
    }
}
