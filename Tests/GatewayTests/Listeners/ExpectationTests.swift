import Domain
import Testing

@testable import Gateway

/// `Expect: 100-continue`: answered at once, by 100 or by the refusal that the head already calls for.
struct ExpectationTests {
    private static func head(_ path: String, _ more: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\(more)"
    }

    @Test func `a body that is wanted is asked for, once`() async throws {
        try await RunningListeners.run { engine, receiver, management in
            _ = try await engine.createInstance(BrokenRequestTests.draft)
            let body =
                #"{"objects":[{"Id":"001D000000IqhSLIAZ","Name":"Acme"}],"action":"create","objectType":"Account"}"#
            let length = "Content-Length: \(body.utf8.count)\r\n"
            let calls = [
                (receiver, Self.head("/elements/api-v2/events/sfdc/receiver-401", length + "\r\n")),
                (
                    management,
                    Self.head(
                        "/elements/api-v2/instances",
                        length + "Authorization: \(Fixture.authorization)\r\nContent-Type: application/json\r\n\r\n"
                    )
                ),
            ]
            for (address, head) in calls {
                try await RawConnection.open(port: RunningListeners.port(address)) { dialogue in
                    try await dialogue.send(head)
                    #expect(await dialogue.read(until: "HTTP/1.1 100 Continue\r\n\r\n"))
                    try await dialogue.send(body)
                    await dialogue.read(until: "\r\n\r\n{")
                    let answers = dialogue.received.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
                    #expect(answers.first == "100")
                    #expect(answers.count == 2, Comment(rawValue: dialogue.received))
                }
            }
        }
    }

    @Test func `a body that is not wanted is refused at once, and the connection ends`() async throws {
        try await RunningListeners.run(limit: 1000) { engine, receiver, management in
            _ = try await engine.createInstance(BrokenRequestTests.draft)
            let secrets = "Authorization: \(Fixture.authorization)\r\n"
            let calls = [
                (receiver, Self.head("/elements/api-v2/events/sfdc/nobody", "Content-Length: 9\r\n\r\n"), 404),
                (receiver, Self.head("/elements/api-v2/events/sfdc/nobody/outbound", "Content-Length: 9\r\n\r\n"), 404),
                (
                    receiver,
                    Self.head("/elements/api-v2/events/sfdc/receiver-401", "Content-Length: 2000\r\n\r\n"), 413
                ),
                (management, Self.head("/elements/api-v2/instances", "Content-Length: 9\r\n\r\n"), 401),
                (management, Self.head("/nowhere", secrets + "Content-Length: 9\r\n\r\n"), 404),
                (
                    management, Self.head("/elements/api-v2/instances", secrets + "Content-Length: 90000000\r\n\r\n"),
                    413
                ),
            ]
            for (address, head, status) in calls {
                try await RawConnection.open(port: RunningListeners.port(address)) { dialogue in
                    try await dialogue.send(head)
                    let all = await dialogue.readAll()
                    #expect(all.hasPrefix("HTTP/1.1 \(status) "), Comment(rawValue: head + all))
                    #expect(all.lowercased().contains("connection: close"), Comment(rawValue: all))
                }
            }
        }
    }
}
