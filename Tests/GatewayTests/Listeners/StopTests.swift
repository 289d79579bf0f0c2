import Domain
import EngineTestSupport
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Listeners end in time, whatever their connections are at.
@Suite(.timeLimit(.minutes(20)))
struct StopTests {
    static let stream = """
        GET /elements/api-v2/events/stream?lastEventId=0 HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: \(Fixture.authorization)\r
        \r

        """
    static let halfHead = "POST /elements/api-v2/instances HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    static let halfBody =
        halfHead + "Authorization: \(Fixture.authorization)\r\nContent-Type: application/json\r\n"
        + "Content-Length: 100\r\n\r\n{"

    /// More than the sockets between two programs hold.
    private static let many = (1...2000).map {
        Fixture.detail($0, instance: 401, name: String(repeating: "n", count: 8192))
    }

    /// What was sent before the listeners are told to stop.
    @Test(arguments: ["", halfHead, halfBody])
    func `a connection that says nothing or half keeps no listener`(_ text: String) async throws {
        let sent = [Gate(), Gate()]
        var begin = ContinuousClock.now
        try await RunningListeners.run(requestTimeout: .minutes(10)) { _, receiver, management in
            for (address, hasSent) in zip([receiver, management], sent) {
                Task {
                    // It stays open until the other side closes it.
                    let port = RunningListeners.port(address)
                    try await RawConnection.open(port: port, within: .seconds(120)) { dialogue in
                        if !text.isEmpty { try await dialogue.send(text) }
                        hasSent.open()
                        _ = await dialogue.readAll()
                    }
                }
            }
            for hasSent in sent { await hasSent.wait() }
            begin = .now
        }
        // The clients, and the limits of a running listener, have more.
        #expect(ContinuousClock.now - begin < .seconds(100))
    }

    @Test func `a reader of the stream that does not read keeps no listener`() async throws {
        let (reading, ended) = (Gate(), Gate())
        try await RunningListeners.run { engine, _, management in
            engine.memory.add(Self.many)
            let port = RunningListeners.port(management)
            Task {
                try await RawConnection.open(port: port, within: .seconds(240)) { dialogue in
                    try await dialogue.send(Self.stream)
                    await dialogue.read(until: "retry: 2000")
                    reading.open()
                    // Nothing is read until the listener has ended.
                    await ended.wait()
                }
            }
            await reading.wait()
        }
        ended.open()
    }

    @Test func `a reader that lets its answer pile up is given up`() async throws {
        try await RunningListeners.run(readerTimeout: .milliseconds(300)) { engine, _, management in
            engine.memory.add(Self.many)
            let port = RunningListeners.port(management)
            let text = try await RawConnection.open(port: port, within: .seconds(120)) { dialogue in
                try await dialogue.send(Self.stream)
                await dialogue.read(until: "retry: 2000")
                // Nothing is read until the listener has given it up.
                try await waitUntil("its subscription ends") { engine.hasLostReader }
                return await dialogue.readAll()
            }
            #expect(!text.contains("id: \(Self.many.count)\n"))
        }
    }
}
