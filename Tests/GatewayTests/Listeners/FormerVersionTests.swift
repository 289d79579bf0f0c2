import Testing

@testable import Gateway

/// HTTP/1.0 at both listeners: no chunks, and the end of the connection behind the answer.
@Suite(.timeLimit(.minutes(20)))
struct FormerVersionTests {
    private static func request(_ path: String, _ version: String, _ more: String = "") -> String {
        "GET \(path) HTTP/\(version)\r\nHost: localhost\r\nAuthorization: \(Fixture.authorization)\r\n\(more)\r\n"
    }

    @Test(arguments: ["", "Connection: keep-alive\r\n"])
    func `the answer ends the connection`(connection: String) async throws {
        try await RunningListeners.run { _, receiver, management in
            for address in [receiver, management] {
                let text = try await RawConnection.open(port: RunningListeners.port(address)) { dialogue in
                    try await dialogue.send(Self.request("/healthz", "1.0", connection))
                    return await dialogue.readAll()
                }
                let answer = text.lowercased()
                #expect(answer.hasPrefix("http/1.0 "), Comment(rawValue: text))
                #expect(answer.contains("\r\nconnection: close\r\n"), Comment(rawValue: text))
                #expect(!answer.contains("transfer-encoding"), Comment(rawValue: text))
            }
        }
    }

    @Test func `answers to the requests before it stay as they are`() async throws {
        try await RunningListeners.run { _, _, management in
            let text = try await RawConnection.open(port: RunningListeners.port(management)) { dialogue in
                try await dialogue.send(Self.request("/healthz", "1.1") + Self.request("/healthz", "1.0"))
                return await dialogue.readAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "), Comment(rawValue: text))
            #expect(text.contains("HTTP/1.0 200 "), Comment(rawValue: text))
            #expect(text.lowercased().split(separator: "connection: close").count == 2, Comment(rawValue: text))
        }
    }

    @Test func `the stream comes without chunks`() async throws {
        try await RunningListeners.run { _, _, management in
            try await RawConnection.open(port: RunningListeners.port(management)) { dialogue in
                try await dialogue.send(Self.request("/elements/api-v2/events/stream", "1.0"))
                #expect(await dialogue.read(until: "\r\n\r\n"))
                let head = dialogue.received.lowercased()
                #expect(head.hasPrefix("http/1.0 200 ") && head.contains("text/event-stream"), Comment(rawValue: head))
                #expect(!head.contains("transfer-encoding"), Comment(rawValue: head))
            }
        }
    }
}
