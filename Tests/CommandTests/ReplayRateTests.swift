import Domain
import EngineTestSupport
import Gateway
import Primitives
import TestSupport
import Testing

@testable import signalbox

@Suite(.timeLimit(.minutes(20)))
struct ReplayRateTests {
    @Test(arguments: 0...3)
    func `replays are spaced, and nothing is waited for behind the last`(count: Int) async throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let credentials = try Credentials.load(dataDirectory: scratch.path)
        let body = #"{"success":true}"#
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let waits = Locked(0)
        try await ScriptedServer.run({ _, _ in .answer(answer) }) { server, port in
            let client = ManagementClient(baseURL: "http://127.0.0.1:\(port)", credentials: credentials)
            var replays = PacedReplays(client: client, body: nil, pause: .seconds(3600))
            replays.sleep = { _ in waits.withLock { $0 += 1 } }
            try await replays.run((0..<count).map { "event-\($0)" })
            #expect(server.requests.count == count)
        }
        #expect(waits.withLock { $0 } == max(0, count - 1))
    }

    @Test(arguments: [("5/s", 200), ("5", 200), ("30/m", 2000), ("0.5/s", 2000)])
    func `a rate is a pause between replays of named events`(text: String, milliseconds: Int64) throws {
        #expect(try ReplayRate(parsing: text).pause == .milliseconds(milliseconds))
    }

    @Test func `a bulk replay takes whole numbers a second`() throws {
        #expect(try ReplayRate(parsing: "120/m").perSecond() == 2)
        #expect(try ReplayRate(parsing: "1000/s").perSecond() == 1000)
        for text in ["30/m", "0.5/s", "2000/s"] {
            #expect { try ReplayRate(parsing: text).perSecond() } throws: { "\($0)".contains("1/s to 1000/s") }
        }
    }

    @Test(arguments: ["", "fast", "5/d", "0/s", "-1"])
    func `what is no rate is refused`(text: String) {
        #expect(throws: UsageError.self) { try ReplayRate(parsing: text) }
    }

    @Test func `of the events of a bulk replay no more is kept than it is followed by`() {
        let listed: JSON = [
            "id": "event-7", "objectName": "Acme", "sequence": 7, "instanceId": 401, "delivery": ["state": "dead"],
        ]
        #expect(listed.reference == ["id": "event-7", "sequence": 7, "instanceId": 401])
    }

    @Test func `a filter becomes the query of the API`() throws {
        let request = try EventRequest(
            option: "state:dead object:Case,Account x since:1h",
            instance: 4,
            now: Timestamp(seconds: 3600),
            clock: LocalClock(utcOffset: 7200)
        )
        #expect(request.path == "/instances/4/events")
        #expect(request.query.map(\.0) == ["filter"])
        #expect(request.query.map(\.1) == ["state:dead object:Account,Case since:1970-01-01T00:00:00Z x"])
        let local = try EventRequest(
            option: "since:\"1970-01-02 02:00\"",
            instance: nil,
            now: Timestamp(seconds: 3600),
            clock: LocalClock(utcOffset: 7200)
        )
        #expect(local.query.map(\.1) == ["since:1970-01-02T00:00:00Z"])
        // In winter, of a day in summer.
        let turned = try EventRequest(
            option: "since:2026-07-01",
            instance: nil,
            now: Timestamp(seconds: 1_795_000_000),
            clock: LocalClock { $0 < Timestamp(seconds: 1_792_900_000) ? 7200 : 3600 }
        )
        #expect(turned.query.map(\.1) == ["since:2026-06-30T22:00:00Z"])
        #expect(try EventRequest(option: nil, instance: nil, now: .distantPast, clock: .utc).query.isEmpty)
        #expect { try EventRequest(option: "x a:b", instance: nil, now: .distantPast, clock: .utc) } throws: { error in
            error is UsageError && "\(error)".hasPrefix("--filter: At character 3 of the filter: ")
        }
    }
}
