import Testing

@testable import signalbox

struct TailEventsTests {
    @Test func `a place that comes without an event is gone on from`() {
        var parser = EventStreamParser()
        let begun = parser.parse("retry: 2000\n: signalbox\n\nid: 3\n: There is no event 500.\n\n: heartbeat\n\n".utf8)
        #expect(begun == [EventStreamParser.Message(id: 3)])
        let next = parser.parse("id: 4\nevent: event\ndata: {}\n\nevent: instances\ndata: {}\n\n".utf8)
        #expect(next.map(\.id) == [4, nil])
    }

    @Test func `whoever begins beyond the newest event is told where it began instead`() {
        let told = TailEvents.takenBack(from: 500, to: 3)
        #expect(told == "signalbox: There is no event 500; what comes after 3, the newest, is printed.")
        #expect(TailEvents.takenBack(from: 3, to: 4) == nil && TailEvents.takenBack(from: nil, to: 4) == nil)
    }
}
