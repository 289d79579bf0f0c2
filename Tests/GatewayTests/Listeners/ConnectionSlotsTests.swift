import Domain
import NIOCore
import NIOEmbedded
import Testing

@testable import Gateway

struct ConnectionSlotsTests {
    private func channel(from address: String = "127.0.0.1") throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let address = try SocketAddress(ipAddress: address, port: 1)
        channel.remoteAddress = address
        try channel.connect(to: address).wait()
        return channel
    }

    @Test func `the connection that was idle the longest goes first, and never a busy one`() throws {
        let slots = ConnectionSlots(limit: 4)
        let channels = try (0..<4).map { _ in try channel() }
        for (index, channel) in channels.prefix(3).enumerated() {
            slots.add(channel, at: .uptimeNanoseconds(UInt64(index)))
        }
        slots.setBusy(channels[0])
        #expect(channels.map(\.isActive) == [true, true, true, true])
        slots.add(channels[3], at: .uptimeNanoseconds(3))
        #expect(channels.map(\.isActive) == [true, false, true, true])
        // Until it has left, its slot counts; nobody is sent away in its stead.
        #expect(slots.count == 4)
    }

    @Test func `where all are busy, the first to become idle makes room`() throws {
        let slots = ConnectionSlots(limit: 2)
        let channels = try (0..<2).map { _ in try channel() }
        for channel in channels {
            slots.add(channel, at: .uptimeNanoseconds(1))
            slots.setBusy(channel)
        }
        let before = channels.filter(\.isActive).count
        if before == 2 { slots.setIdle(channels[1], since: .uptimeNanoseconds(2)) }
        #expect(channels.filter(\.isActive).count == 1)
    }

    @Test func `one that had a good answer stays before those that never said anything, once these had time to`() throws
    {
        func milliseconds(_ count: UInt64) -> NIODeadline { .uptimeNanoseconds(count * 1_000_000) }
        let slots = ConnectionSlots(limit: 4)
        let channels = try (0..<5).map { _ in try channel() }
        for channel in channels.prefix(2) {
            slots.add(channel, at: milliseconds(0))
            slots.setBusy(channel)
        }
        slots.setIdle(channels[0], since: milliseconds(1), wasGood: true)
        slots.setIdle(channels[1], since: milliseconds(2))
        slots.add(channels[2], at: milliseconds(10))
        slots.add(channels[3], at: milliseconds(1000))
        #expect(channels.map(\.isActive) == [true, false, true, true, true])
        slots.remove(channels[1])
        slots.add(channels[4], at: milliseconds(1100))
        #expect(channels.map(\.isActive) == [true, false, false, true, true])
        slots.remove(channels[2])
        // Of the two that came within a quarter of a second, neither has to go before one that is idle for longer.
        let last = try channel()
        slots.add(last, at: milliseconds(1200))
        #expect(channels.map(\.isActive) == [false, false, false, true, true] && last.isActive)
    }

    @Test func `one that was idle again and again is as old as its last answer`() throws {
        let slots = ConnectionSlots(limit: 3)
        let channels = try (0..<3).map { _ in try channel() }
        for channel in channels.prefix(2) { slots.add(channel, at: .uptimeNanoseconds(0)) }
        for moment in 1...10_000 as ClosedRange<UInt64> {
            slots.setBusy(channels[0])
            slots.setIdle(channels[0], since: .uptimeNanoseconds(moment))
        }
        slots.add(channels[2], at: .uptimeNanoseconds(20_000))
        #expect(channels.map(\.isActive) == [true, false, true])
    }

    @Test func `an address has its share: its oldest idle connection goes, or the new one where all are busy`() throws {
        let slots = ConnectionSlots(limit: 100, share: 2)
        let other = try channel(from: "192.0.2.9")
        slots.add(other, at: .uptimeNanoseconds(0))
        let channels = try (0..<4).map { _ in try channel(from: "192.0.2.1") }
        for (index, channel) in channels.prefix(3).enumerated() {
            slots.add(channel, at: .uptimeNanoseconds(UInt64(index + 1)))
        }
        #expect(channels.map(\.isActive) == [false, true, true, true] && other.isActive)
        slots.remove(channels[0])
        for channel in channels[1...2] { slots.setBusy(channel) }
        slots.add(channels[3], at: .uptimeNanoseconds(9))
        #expect(channels.map(\.isActive) == [false, true, true, false] && other.isActive)
        for channel in channels { slots.remove(channel) }
        // What has left counts no more.
        let later = try (0..<2).map { _ in try channel(from: "192.0.2.1") }
        for channel in later { slots.add(channel, at: .uptimeNanoseconds(10)) }
        #expect(later.map(\.isActive) == [true, true])
    }

    @Test(arguments: ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
    func `whoever comes by this machine shares all slots, as a proxy's clients do`(_ address: String) throws {
        let slots = ConnectionSlots(limit: 100, share: 1)
        let channels = try (0..<10).map { _ in try channel(from: address) }
        for channel in channels { slots.add(channel, at: .uptimeNanoseconds(1)) }
        #expect(channels.filter(\.isActive).count == 10 && slots.count == 10)
    }

    @Test func `an instance has its share of what is under way, and gets it back`() {
        let slots = InstanceSlots(limit: 2)
        #expect(slots.enter(1) && slots.enter(1) && !slots.enter(1) && slots.enter(2))
        slots.leave(1)
        #expect(slots.enter(1) && !slots.enter(1))
        for id in [1, 1, 2] as [InstanceID] { slots.leave(id) }
        #expect(slots.count == 0)
    }

    @Test func `good requests get in beside more silent connections than there are slots`() async throws {
        try await RunningListeners.run(connections: 12) { _, _, management in
            let port = RunningListeners.port(management)
            try await holding(30, port: port) {
                for _ in 0..<5 {
                    let answer = try await RawConnection.open(port: port) { dialogue in
                        try await dialogue.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        return await dialogue.readAll()
                    }
                    #expect(answer.hasPrefix("HTTP/1.1 200 "), Comment(rawValue: answer))
                }
            }
        }
    }

    /// So many silent connections are open meanwhile.
    private func holding(_ count: Int, port: Int, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        try await RawConnection.open(port: port) { _ in try await self.holding(count - 1, port: port, body) }
    }

    @Test(arguments: [16, 64, 128, 256, 1024, 4096, 1 << 20, Int.max])
    func `listeners leave descriptors to orgs, callbacks and the database`(limit: Int) {
        let budget = DescriptorBudget(limit: limit)
        #expect(budget.receiver >= 4)
        #expect(budget.management >= 4)
        if limit >= 256 { #expect(limit - budget.receiver - budget.management >= 96) }
        if limit >= 4096 { #expect(budget == DescriptorBudget(limit: .max)) }
    }
}
