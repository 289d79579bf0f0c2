import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Readers of the event stream that stop reading for a while, as one behind a pager does.
struct PausedReaderTests {
    private static let request = """
        GET /elements/api-v2/events/stream?lastEventId=0 HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: \(Fixture.authorization)\r
        \r

        """

    private static func ids(_ text: String) -> [Int] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.compactMap { line in
            Int(line.dropFirst(4))
        }
    }

    /// Posts what the engine posts while events are stored and delivered: each batch's news, then many deliveries.
    private static func store(_ range: ClosedRange<Int64>, in engine: StubEngine) {
        engine.memory.add(range.map { Fixture.detail($0, instance: 401) })
        engine.post(.stored(count: range.count, lastSequence: range.upperBound))
        for id in range { engine.post(.deliveries([id])) }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a reader that paused for thousands of events gets all of them, in order, without a further one`() async throws
    {
        try await RunningListeners.run { engine, _, management in
            let text = try await RawConnection.open(port: RunningListeners.port(management), within: .seconds(120)) {
                dialogue in
                try await dialogue.send(Self.request)
                #expect(await dialogue.read(until: "retry: 2000"))
                // Nothing is read in between, so that the socket's buffers fill and the writer has to wait.
                for start in stride(from: Int64(1), to: 8000, by: 1000) {
                    Self.store(start...(start + 999), in: engine)
                }
                await dialogue.read(until: "id: 8000\n")
                return dialogue.received
            }
            #expect(Self.ids(text) == Array(1...8000))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a reader that takes nothing for too long is ended, and resumes where it was`() async throws {
        try await RunningListeners.run(readerTimeout: .milliseconds(200)) { engine, _, management in
            let port = RunningListeners.port(management)
            Self.store(1...20_000, in: engine)
            let first = try await RawConnection.open(port: port, within: .seconds(120)) { dialogue in
                try await dialogue.send(Self.request)
                #expect(await dialogue.read(until: "retry: 2000"))
                // Nothing more is read until the other side has given up.
                try await waitUntil("the stream is ended") {
                    let figures = try await RawConnection.open(port: port) { other in
                        try await other.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                        return await other.readAll()
                    }
                    return figures.contains("signalbox_event_streams 0\n")
                }
                return await dialogue.readAll()
            }
            var seen = Array(Self.ids(first).dropLast())
            #expect(seen.count < 20_000)
            // However often a busy machine makes it look stalled.
            while let last = seen.last, last < 20_000 {
                let rest = try await RawConnection.open(port: port, within: .seconds(120)) { dialogue in
                    try await dialogue.send(Self.request.replacing("lastEventId=0", with: "lastEventId=\(last)"))
                    await dialogue.read(until: "id: 20000\n")
                    return dialogue.received
                }
                let ids = Self.ids(rest)
                seen += ids.last == 20_000 ? ids : ids.dropLast()
            }
            let isComplete = seen == Array(1...20_000)
            #expect(isComplete, "\(seen.count) events")
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a connection that ends in between is resumed after the last event that was seen`() async throws {
        try await RunningListeners.run { engine, _, management in
            Self.store(1...3000, in: engine)
            let first = try await RawConnection.open(port: RunningListeners.port(management), within: .seconds(120)) {
                dialogue in
                try await dialogue.send(Self.request)
                await dialogue.read(until: "id: 700\n")
                return dialogue.received
            }
            // What came whole; the last message may have been cut off.
            let seen = try #require(Self.ids(first).dropLast().last)
            let rest = try await RawConnection.open(port: RunningListeners.port(management), within: .seconds(120)) {
                dialogue in
                try await dialogue.send(Self.request.replacing("lastEventId=0", with: "lastEventId=\(seen)"))
                await dialogue.read(until: "id: 3000\n")
                return dialogue.received
            }
            #expect(Self.ids(rest) == Array((seen + 1)...3000))
        }
    }
}
