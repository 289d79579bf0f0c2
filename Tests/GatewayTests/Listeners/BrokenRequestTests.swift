import Domain
import EngineAPI
import Logging
import TestSupport
import Testing

@testable import Gateway

/// Requests that break HTTP, byte by byte, at both listeners: one 4xx, the end of the connection, no error of ours.
struct BrokenRequestTests {
    static let webhook = "POST /elements/api-v2/events/sfdc/receiver-401 HTTP/1.1\r\nHost: localhost\r\n"
    static let call =
        "POST /elements/api-v2/instances HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(Fixture.authorization)\r\n"
        + "Content-Type: application/json\r\n"

    /// What follows the request line and first headers.
    static let broken: [(name: String, text: String, status: Int)] = [
        ("an unknown transfer coding", "Transfer-Encoding: gibberish\r\n\r\nabc", 400),
        ("an unknown transfer coding before chunked", "Transfer-Encoding: x, chunked\r\n\r\nzz\r\n", 400),
        ("a coding before well-formed chunks", "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        ("chunked twice", "Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        (
            "codings in two headers",
            "Transfer-Encoding: foo\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400
        ), ("a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        ("a chunk size beyond all numbers", "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}", 400),
        ("a negative chunk size", "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n", 400),
        ("a chunk cut short", "Transfer-Encoding: chunked\r\n\r\n10\r\n{}", 400),
        ("a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx\r\n0\r\n\r\n", 400),
        ("a body cut short", "Content-Length: 100\r\n\r\n{}", 400),
        ("no end of chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", 400),
        ("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        ("a length that is none", "Content-Length: two\r\n\r\n{}", 400),
        ("a negative length", "Content-Length: -2\r\n\r\n{}", 400),
        ("a length beyond all numbers", "Content-Length: 99999999999999999999\r\n\r\n{}", 400),
        ("length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        ("a header without colon", "Nonsense\r\n\r\n", 400),
        ("a header with NUL", "X-Odd: a\0b\r\n\r\n", 400),
        ("a header of 40 KiB", "X-Long: \(String(repeating: "a", count: 40 << 10))\r\n\r\n", 431),
    ]

    static let brokenHeads = [
        "\u{1}\u{2}\u{3}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / FTP/1.1\r\n\r\n",
        "G\u{7}T / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{FC}\u{3}\u{3}",
        "POST \\ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ]

    @Test func `a request that breaks HTTP gets one 4xx, and the connection ends`() async throws {
        let log = LogLines()
        try await RunningListeners.run(limit: 1 << 20, logger: log.logger) { engine, receiver, management in
            _ = try await engine.createInstance(Self.draft)
            for (address, head) in [(receiver, Self.webhook), (management, Self.call)] {
                for broken in Self.broken {
                    let answer = try await Self.exchange(head + broken.text, at: address)
                    let note = Comment(rawValue: "\(broken.name) at \(address): \(answer.prefix(300))")
                    #expect(answer.components(of: "HTTP/1.1 ").count == 2, note)
                    #expect(answer.hasPrefix("HTTP/1.1 \(broken.status) "), note)
                    #expect(answer.lowercased().contains("connection: close"), note)
                    #expect(answer.contains(#""message":""#), note)
                    let id = answer.firstMatch(of: /(?i)elements-request-id: (\S+)/)?.1 ?? "none"
                    #expect(answer.contains(#""requestId":"\#(id)""#), note)
                }
                for head in Self.brokenHeads {
                    let answer = try await Self.exchange(head, at: address)
                    let note = Comment(rawValue: "\(head.debugDescription) at \(address): \(answer.prefix(300))")
                    #expect(answer.components(of: "HTTP/1.1 ").count == 2, note)
                    #expect(answer.hasPrefix("HTTP/1.1 4"), note)
                }
            }
            #expect(engine.acceptedBodies == 0)
            // Before the end, which may find a busy machine's last connection still open.
            #expect(log.lines { $0 >= .notice } == [])
        }
    }

    @Test func `a body that breaks behind its answer gets no second one`() async throws {
        try await RunningListeners.run { _, receiver, _ in
            let head = "POST /elements/api-v2/events/sfdc/nobody HTTP/1.1\r\nHost: localhost\r\n"
            try await RawConnection.open(port: RunningListeners.port(receiver)) { dialogue in
                try await dialogue.send(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
                #expect(await dialogue.read(until: "belongs to no instance"))
                try await dialogue.send("zz\r\n")
                let all = await dialogue.readAll()
                #expect(all.hasPrefix("HTTP/1.1 404 "))
                #expect(all.components(of: "HTTP/1.1 ").count == 2, Comment(rawValue: all))
            }
        }
    }

    @Test func `requests before a broken one are answered first`() async throws {
        try await RunningListeners.run { _, _, management in
            let good = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let answer = try await Self.exchange(good + good + "BROKEN\r\n\r\n", at: management)
            let statuses = answer.components(of: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
            #expect(statuses == ["200", "200", "400"])
        }
    }

    static func exchange(_ text: String, at address: String) async throws -> String {
        try await RawConnection.open(port: RunningListeners.port(address)) { dialogue in
            try await dialogue.send(text)
            dialogue.endSending()
            return await dialogue.readAll()
        }
    }

    static var draft: InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.unsignedWebhooks = true
        return InstanceDraft(name: "acme", configuration: configuration)
    }
}

extension String {
    fileprivate func components(of separator: String) -> [String] {
        var parts: [String] = [""]
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts[parts.count - 1] += rest[..<range.lowerBound]
            parts.append("")
            rest = rest[range.upperBound...]
        }
        parts[parts.count - 1] += rest
        return parts
    }
}
