import Domain
import Engine
import Primitives
import TestSupport
import Testing

/// Headers that a callback or a sender may bring.
struct HostileHeaderTests {
    @Test func `headers of callbacks and senders end nothing`() async {
        let now = Timestamp(seconds: 1_795_456_800)
        let parts = ["Sun, ", "06 ", "Nov ", "1994 ", "08:49:37 ", "GMT", "-", "Sunday, ", "9", "99999999999", ":"]
        await Fuzz.run("headers", rounds: 3000) { hostile, note in
            let text = hostile.words(of: parts, atMost: 8)
            note(text)
            if let wait = RetryAfter.wait([text], answered: now) { #expect((0...RetryAfter.longest).contains(wait)) }
            if let policy = try? RetryPolicy(parsing: text) { _ = policy.delays }
            #expect(throws: StandardWebhooks.Refusal.self) {
                try StandardWebhooks.verify(
                    id: "a",
                    timestamp: text,
                    signature: "v1,\(text)",
                    body: [],
                    keys: [],
                    now: now
                )
            }
        }
    }
}
