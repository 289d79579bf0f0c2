import Primitives

/// The callouts that wait, and what became of the others.
struct CalloutQueue: Sendable {
    /// Counts for tests and the control address.
    struct Tally: Sendable, Equatable {
        var delivered = 0
        var failedAttempts = 0
        var abandoned = 0
        var lost = 0
        var unauthorized = 0
    }

    var policy = CalloutPolicy()
    var tally = Tally()
    private(set) var waiting: [Callout] = []
    private(set) var inFlight: [Int: Callout] = [:]
    private var last = 0

    var nextDue: Stamp? { waiting.map(\.due).min() }

    mutating func enqueue(
        _ kind: Callout.Kind,
        messageID: String,
        url: String,
        body: [UInt8],
        secret: [UInt8],
        due: Stamp
    ) {
        last += 1
        waiting.append(
            Callout(number: last, kind: kind, messageID: messageID, url: url, body: body, secret: secret, due: due)
        )
    }

    /// Moves what is due out of the queue; each must be finished.
    mutating func dequeueDue(now: Stamp, random: inout SeededGenerator) -> [Callout] {
        var due = waiting.filter { $0.due <= now }
        waiting.removeAll { $0.due <= now }
        for callout in due { inFlight[callout.number] = callout }
        if policy.reorders { due.shuffle(using: &random) }
        return due
    }

    /// Records how an attempt went; a failed one waits a minute longer each time.
    mutating func finish(_ number: Int, succeeded: Bool, now: Stamp) {
        guard var callout = inFlight.removeValue(forKey: number) else { return }
        guard !succeeded else {
            tally.delivered += 1
            return
        }
        tally.failedAttempts += 1
        // Outbound messages are tried for a day, generated senders a few times.
        let limit = callout.kind == .trigger ? policy.attempts : 50
        guard callout.attempt < limit else {
            tally.abandoned += 1
            return
        }
        callout.due = now + min(callout.attempt, callout.kind == .trigger ? 10 : 120) * 60
        callout.attempt += 1
        waiting.append(callout)
    }
}
