import TestSupport
import Testing

@testable import RemoteEngine

/// What a node elsewhere may send in place of its notices.
struct HostileStreamTests {
    @Test func `a stream of any bytes says the same in whatever chunks it comes`() async {
        let parts = [
            "data: ", "data", "event: notice", "event:", ":", "id: 7", "retry: 1", "\n", "\r", "\r\n", "\n\n",
            "\u{FEFF}", "{}",
        ]
        await Fuzz.run("streams", rounds: 2000) { hostile, note in
            let bytes = hostile.damaged(hostile.words(of: parts, atMost: 30))
            note(bytes.map(String.init).joined(separator: " "))
            var whole = ServerSentEventParser()
            let events = try? whole.feed(bytes)
            var parted = ServerSentEventParser()
            var found: [ServerSentEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &hostile.random)
                found += (try? parted.feed(rest.prefix(count))) ?? []
                rest = rest.dropFirst(count)
            }
            #expect(events == found)
        }
    }
}
