import Domain
import EngineAPI
import EngineTestSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import Gateway

struct StreamTests {
    /// Opens the stream, makes `news` once it is subscribed, ends the engine's notices and returns what was written.
    private func stream(
        _ fixture: Fixture,
        path: String = "/elements/api-v2/events/stream",
        headers: HTTPFields = [:],
        news: @Sendable () async throws -> Void = {}
    ) async throws -> String {
        async let answer = fixture.call(.get, path, headers: headers)
        try await waitUntil("somebody reads the stream") { fixture.engine.hasReader }
        do {
            try await news()
            fixture.engine.finish()
        } catch {
            fixture.engine.finish()
            throw error
        }
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

    /// Of the events, in the order in which they came.
    private func sequences(_ text: String) -> [Int64] {
        text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
            .compactMap { (try? JSON(parsing: String($0.dropFirst(6))))?["sequence"]?.integer }
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

    @Test(arguments: ["", " "])
    func `an empty place to resume is none`(id: String) async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        let text = try await stream(fixture, headers: [.lastEventID: id]) {
            fixture.addEvent(2, instance: 401)
            fixture.engine.post(.stored(count: 1, lastSequence: 2))
        }
        #expect(ids(text) == ["2"])
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

    @Test(.timeLimit(.minutes(5)))
    func `a stream of an instance that never was is refused`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        let refused = try await fixture.call(.get, "/elements/api-v2/events/stream?instanceId=402")
        #expect(refused.status == 404 && refused.message == "There is no instance 402.")
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

    @Test func `an event comes when it fits by what becomes of it, with an id that does not lead back`() async throws {
        let fixture = Fixture()
        // Two events of one notification.
        for number in 1...2 as ClosedRange<Int64> {
            fixture.engine.memory.add([Fixture.detail(number, instance: 401, state: .retrying, notification: 1)])
        }
        fixture.addEvent(3, instance: 401)
        let path = "/elements/api-v2/events/stream?filter=state:dead%20-error:refused"
        let text = try await stream(fixture, path: path, headers: [.lastEventID: "3"]) {
            try await fixture.engine.memory.endOpenDeliveries(401, as: .dead, reason: "given up")
            fixture.engine.post(.deliveries([1, 3]))
        }
        #expect(sequences(text) == [1, 2])
        #expect(ids(text).count == 4 && Set(ids(text)) == ["3-\(Fixture.start.milliseconds)"])
        #expect(text.contains("event: deliveries\ndata: {\"notificationIds\":[1,3]}\n\n"))
    }

    @Test(arguments: [[], [1, 2, 3]] as [[Int64]])
    func `whatever is told first, an event comes once`(_ named: [Int64]) async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401, state: .retrying)
        let path = "/elements/api-v2/events/stream?lastEventId=0&filter=state:dead"
        let text = try await stream(fixture, path: path) {
            fixture.addEvent(2, instance: 401, state: .retrying)
            fixture.addEvent(3, instance: 401)
            fixture.engine.post(.stored(count: 2, lastSequence: 3))
            try await fixture.engine.memory.endOpenDeliveries(401, as: .dead, reason: "given up")
            for _ in 0..<3 { fixture.engine.post(.deliveries(named)) }
        }
        #expect(sequences(text).sorted() == [1, 2])
    }

    @Test(arguments: [[], [1, 2]] as [[Int64]])
    func `what was stored before comes only if it was under way when the stream began`(_ named: [Int64]) async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401, state: .dead)
        fixture.addEvent(2, instance: 401, state: .retrying)
        fixture.addEvent(3, instance: 401, state: .dead)
        let path = "/elements/api-v2/events/stream?filter=state:dead"
        let text = try await stream(fixture, path: path, headers: [.lastEventID: "3"]) {
            try await fixture.engine.memory.endOpenDeliveries(401, as: .dead, reason: "given up")
            fixture.engine.post(.deliveries(named))
        }
        #expect(sequences(text) == [2])
    }

    /// What is written without a listener.
    private struct Gathered: ResponseBodyWriter {
        var text = ""

        mutating func write(_ buffer: ByteBuffer) { text += String(buffer: buffer) }
        consuming func finish(_ trailingHeaders: HTTPFields?) {}
    }

    @Test func `however often all is to be looked at, a look reads it once, and nothing that was over before`()
        async throws
    {
        let fixture = Fixture()
        for number in 1...600 as ClosedRange<Int64> { fixture.addEvent(number, instance: 401) }
        fixture.addEvent(601, instance: 401, state: .retrying)
        let filter = try EventFilter(parsing: "state:delivered,dead", now: Fixture.start)
        var writer: any ResponseBodyWriter = Gathered()
        var events = StreamedEvents(fixture.engine, filter, after: 0)
        try await events.begin(at: Fixture.start, cutOffAt: nil)
        try await events.writeStored(to: &writer)
        try await events.look(to: &writer)
        fixture.engine.state.withLock { $0.pages = [] }
        for _ in 0..<5 { try await events.writeChanged([], waitedSince: Fixture.start, to: &writer) }
        #expect(fixture.engine.state.withLock { $0.pages }.isEmpty)
        try await fixture.engine.memory.endOpenDeliveries(401, as: .dead, reason: "given up")
        for _ in 0..<2 { try await events.look(to: &writer) }
        let pages = fixture.engine.state.withLock { $0.pages }.filter { $0.filter == filter }
        #expect(pages.map(\.after) == [600])
        let text = try #require(writer as? Gathered).text
        #expect(sequences(text) == Array(1...601))
    }

    @Test func `a reader of one instance looks at all where what changed is scattered far`() async throws {
        let fixture = Fixture()
        for number in 1...6400 as ClosedRange<Int64> { fixture.addEvent(number, instance: 401) }
        var filter = EventFilter()
        filter.instanceIDs = [401]
        var writer: any ResponseBodyWriter = Gathered()
        var events = StreamedEvents(fixture.engine, filter, after: 6400)
        let scattered = Array(stride(from: Int64(1), through: 6400, by: 100))
        try await events.writeChanged(scattered, waitedSince: Fixture.start, to: &writer)
        #expect(fixture.engine.state.withLock { $0.pages }.count <= 32)
        let text = try #require(writer as? Gathered).text
        #expect(text.contains("data: {\"notificationIds\":[]}\n"))
    }

    @Test func `what was written is known of the latest events`() {
        var written = WrittenEvents(after: 7)
        let all = 10...(Int64(WrittenEvents.most) + 10)
        for sequence in all { written.insert(sequence) }
        #expect(written.start > 7 && written.contains(written.start - 1) && !written.contains(all.upperBound + 1))
        #expect(((written.start + 1)...all.upperBound).allSatisfy { written.contains($0) })
    }

    @Test func `a stream of one instance tells nothing of another`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        fixture.addEvent(2, instance: 402)
        let path = "/elements/api-v2/events/stream?instanceId=402"
        let text = try await stream(fixture, path: path) {
            fixture.engine.post(.deliveries([1, 2]))
            fixture.engine.post(.instance(401))
            fixture.engine.post(.instance(402))
        }
        #expect(text.contains("event: deliveries\ndata: {\"notificationIds\":[2]}\n\n"))
        #expect(text.contains("{\"instanceId\":402}") && !text.contains("{\"instanceId\":401}"))
        let foreign = try await stream(fixture, path: path) { fixture.engine.post(.deliveries([1])) }
        #expect(!foreign.contains("event: deliveries"))
        let all = try await stream(fixture, path: path) { fixture.engine.post(.deliveries([])) }
        #expect(all.contains("event: deliveries\ndata: {\"notificationIds\":[]}\n\n"))
    }

    /// What ended so long before the fixture's now.
    private func attempt(_ notification: Int64, ended seconds: Int64) -> Attempt {
        Attempt(
            notificationID: notification,
            number: 1,
            isReplay: false,
            startedAt: Fixture.start.advanced(bySeconds: -seconds),
            milliseconds: 0,
            url: "http://127.0.0.1:9/",
            outcome: .response(status: 500)
        )
    }

    @Test func `what came to fit while its reader was cut off comes when it resumes`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401, state: .dead, attempts: [attempt(1, ended: 30)])
        fixture.addEvent(2, instance: 401, state: .dead, attempts: [attempt(2, ended: 3600)])
        fixture.addEvent(3, instance: 401)
        fixture.addEvent(4, instance: 401, state: .dead, attempts: [attempt(4, ended: 20)])
        let cut = StreamPlace(sequence: 3, judged: Fixture.start.advanced(bySeconds: -60))
        let path = "/elements/api-v2/events/stream?filter=state:dead"
        let text = try await stream(fixture, path: path, headers: [.lastEventID: cut.description])
        #expect(sequences(text) == [1, 4])
        let now = Fixture.start.milliseconds
        #expect(ids(text) == [cut.description, "3-\(now)", "4-\(now)"])
        #expect(ids(try await stream(fixture, path: path)) == ["4-\(now)"])
        // Where only what is stored counts, the same place is one to go on from.
        let plain = "/elements/api-v2/events/stream"
        #expect(ids(try await stream(fixture, path: plain, headers: [.lastEventID: cut.description])) == ["4"])
    }

    @Test func `a reader that resumes is told how far back what it missed was looked for`() async throws {
        let fixture = Fixture()
        for number in 1...1300 as ClosedRange<Int64> {
            fixture.addEvent(number, instance: 401, state: .dead, attempts: [attempt(number, ended: 3600)])
        }
        let cut = StreamPlace(sequence: 1300, judged: Fixture.start.advanced(bySeconds: -60))
        let path = "/elements/api-v2/events/stream?filter=state:dead"
        let text = try await stream(fixture, path: path, headers: [.lastEventID: cut.description])
        #expect(sequences(text).isEmpty)
        #expect(text.contains("\n: What became of events up to 300 in the meantime was not looked at.\n\n"))
    }

    @Test func `a message of deliveries gives no place beyond what was waited for before it`() async throws {
        let fixture = Fixture()
        fixture.addEvent(1, instance: 401)
        var writer: any ResponseBodyWriter = Gathered()
        let filter = try EventFilter(parsing: "state:dead", now: Fixture.start)
        var events = StreamedEvents(fixture.engine, filter, after: 1)
        try await events.begin(at: Timestamp(milliseconds: 100), cutOffAt: nil)
        try await events.look(to: &writer)
        for moment in [200, 300, 400] as [Int64] {
            try await events.writeChanged([1], waitedSince: Timestamp(milliseconds: moment), to: &writer)
        }
        let text = try #require(writer as? Gathered).text
        #expect(ids(text) == ["1-100", "1-200", "1-300"])
    }

    @Test(arguments: ["x", "-1", "1.5", "1-", "-", "1-2-3", "1-x"])
    func `a wrong place to resume is refused`(_ id: String) async throws {
        let answer = try await Fixture().call(.get, "/elements/api-v2/events/stream", headers: [.lastEventID: id])
        #expect(answer.status == 400)
    }
}
