import Testing

@testable import RemoteEngine

struct ServerSentEventTests {
    private static let text =
        "retry: 2000\n: signalbox\n\nevent: notice\ndata: {\"a\":\"ä\"}\n\r\ndata:x\r\ndata: y\r\n\r\n: heartbeat\n\nevent: done\rdata: z\r\r"

    private static let expected = [
        ServerSentEvent(name: "notice", data: "{\"a\":\"ä\"}"), ServerSentEvent(name: "message", data: "x\ny"),
        ServerSentEvent(name: "done", data: "z"),
    ]

    @Test(arguments: 1...40)
    func `events are the same however they are cut`(_ size: Int) throws {
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        var rest = Array(Self.text.utf8)[...]
        while !rest.isEmpty {
            events += try parser.feed(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        #expect(events == Self.expected)
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func `the place to go on from comes with its event, or alone`(_ end: String) throws {
        var parser = ServerSentEventParser()
        let lines = ["id: 3", "", "id: 4-9", "event: event", "data: {}", "", "data: x", "", ""]
        let events = try parser.feed(lines.joined(separator: end).utf8)
        #expect(
            events == [
                ServerSentEvent(name: "message", data: "", id: "3"),
                ServerSentEvent(name: "event", data: "{}", id: "4-9"), ServerSentEvent(name: "message", data: "x"),
            ]
        )
    }

    @Test func `an event without an end does not fill the memory`() throws {
        var parser = ServerSentEventParser()
        let chunk = [UInt8](repeating: 0x61, count: ServerSentEventParser.longest / 4)
        #expect(throws: ServerSentEventParser.TooLong.self) {
            for _ in 0..<5 { _ = try parser.feed(chunk) }
        }
    }
}
