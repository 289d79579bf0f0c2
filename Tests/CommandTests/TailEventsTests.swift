import Domain
import Primitives
import RemoteEngine
import Testing

@testable import signalbox

struct TailEventsTests {
    @Test func `a place that comes without an event is gone on from`() throws {
        var parser = ServerSentEventParser()
        let greeting = "retry: 2000\n: signalbox\n\nid: 3\n: There is no event 500.\n\n: heartbeat\n\n"
        let begun = try parser.feed(greeting.utf8)
        #expect(begun.map(\.id) == ["3"] && begun.map(\.data) == [""])
        let next = try parser.feed("id: 4-9\nevent: event\ndata: {}\n\nevent: instances\ndata: {}\n\n".utf8)
        let places = next.map { $0.id.flatMap { StreamPlace($0) } }
        #expect(places == [StreamPlace(sequence: 4, judged: Timestamp(milliseconds: 9)), nil])
    }

    @Test func `whoever begins beyond the newest event is told where it began instead`() {
        let (third, fourth) = (StreamPlace(sequence: 3), StreamPlace(sequence: 4))
        let told = TailEvents.takenBack(from: StreamPlace(sequence: 500), to: third)
        #expect(told == "signalbox: There is no event 500; what comes after 3, the newest, is printed.")
        #expect(TailEvents.takenBack(from: third, to: fourth) == nil)
        #expect(TailEvents.takenBack(from: nil, to: fourth) == nil)
    }
}
