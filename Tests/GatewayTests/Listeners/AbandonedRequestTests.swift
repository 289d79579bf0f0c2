import Domain
import NIOCore
import Testing

@testable import Gateway

/// Searches whose clients go away before the answer.
struct AbandonedRequestTests {
    private static func request(_ connection: String = "keep-alive") -> String {
        """
        GET /elements/api-v2/instances/events?searchText=anything HTTP/1.1\r
        Host: 127.0.0.1\r
        Authorization: \(Fixture.authorization)\r
        Connection: \(connection)\r
        \r

        """
    }

    @Test(.timeLimit(.minutes(20)))
    func `a search ends when its client closes the connection, and others are answered as before`() async throws {
        try await RunningListeners.run(abandonTimeout: .milliseconds(50)) { engine, _, management in
            let search = engine.holdSearches()
            let port = RunningListeners.port(management)
            try await RawConnection.open(port: port) { dialogue in
                try await dialogue.send(Self.request())
                try await search.begun()
            }
            #expect(try await search.wasCancelled())
            search.letGo()
            let text = try await RawConnection.open(port: port) { dialogue in
                try await dialogue.send(Self.request("close"))
                await dialogue.read(until: "]")
                return dialogue.received
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `a client that only ended its sending still gets its answer`() async throws {
        try await RunningListeners.run { engine, _, management in
            let search = engine.holdSearches()
            let text = try await RawConnection.open(port: RunningListeners.port(management)) { dialogue in
                try await dialogue.send(Self.request())
                try await search.begun()
                dialogue.endSending()
                search.letGo()
                await dialogue.read(until: "]")
                return dialogue.received
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
        }
    }
}
