import Domain
import EngineAPI
import HTTPTypes
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import Gateway

struct StreamTests {
    /// Opens the stream, makes `news` once it is subscribed, ends the engine's notices and returns what was written.
    private func stream(
        _ fixture: Fixture,
        path: String = "/elements/api-v2/events/stream",
        headers: HTTPFields = [:],
        news: @escaping @Sendable () -> Void = {}
    ) async throws -> String {
        async let answer = fixture.call(.get, path, headers: headers)
        try await waitUntil("somebody reads the stream") { fixture.engine.hasReader }
        news()
        fixture.engine.finish()
        let (status, type, text) = (
            try await answer.status, try await answer.header("Content-Type"), try await answer.text
        )
        #expect(status == 200)
        #expect(type == "text/event-stream; charset=utf-8")
        return text
    }

    private func ids(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
    }

    @Test func `a stream resumes after the last event that was seen`() async throws {
        let fixture = Fixture()
        for number in 1...450 { fixture.addEvent(Int64(number), instance: 401) }
        let text = try await stream(fixture, headers: [.lastEventID: "10"])
        #expect(ids(text) == (11...450).map(String.init))
        let data = try #require(text.split(separator: "\n").first { $0.hasPrefix("data: ") })
        #expect(try JSON(parsing: String(data.dropFirst(6)))["objectId"]?.string == "001i000001hB60bAAC")
    }

    @Test func `a new stream begins now and tells what comes`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        let text = try await stream(fixture, headers: [.lastEventID: "1"]) {
            fixture.addEvent(2, instance: 401)
            fixture.engine.post(.stored(count: 1, lastSequence: 2))
            fixture.engine.post(.deliveries([2]))
            fixture.engine.post(.instance(401))
        }
        #expect(ids(text) == ["2"])
        #expect(text.contains("event: deliveries\ndata: {\"notificationIds\":[2]}\n\n"))
        #expect(text.contains("event: instance\ndata: {\"instanceId\":401}\n\n"))
        #expect(ids(try await stream(fixture)).isEmpty)
    }

    @Test func `a stream can be of one instance or some objects`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        fixture.addEvent(2, instance: 402, object: "Lead")
        fixture.addEvent(3, instance: 402)
        let path = "/elements/api-v2/events/stream?lastEventId=0"
        #expect(ids(try await stream(fixture, path: path + "&instanceId=402")) == ["2", "3"])
        #expect(ids(try await stream(fixture, path: path + "&objects=Lead")) == ["2"])
    }

    @Test(arguments: ["", "objects=Account"])
    func `a place that no event has reached is taken back to the newest, and the reader is told`(query: String)
        async throws
    {
        let fixture = Fixture()
        for number in 1...3 { fixture.addEvent(Int64(number), instance: 401) }
        let path = "/elements/api-v2/events/stream?" + query
        let text = try await stream(fixture, path: path, headers: [.lastEventID: "500"]) {
            fixture.addEvent(4, instance: 401)
            fixture.engine.post(.stored(count: 1, lastSequence: 4))
        }
        #expect(text.contains("\n\nid: 3\n: There is no event 500; what comes after 3, the newest, is sent.\n\n"))
        #expect(ids(text) == ["3", "4"])
    }

    @Test(arguments: ["x", "-1", "1.5"])
    func `a wrong place to resume is refused`(_ id: String) async throws {
        let answer = try await Fixture().call(.get, "/elements/api-v2/events/stream", headers: [.lastEventID: id])
        #expect(answer.status == 400)
    }
}
