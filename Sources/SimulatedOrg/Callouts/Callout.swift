import Primitives

/// One message that the org has to post to somebody.
package struct Callout: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// From generated Apex; any 2xx is success.
        case trigger
        /// An outbound message; only an `Ack` of true is success.
        case outboundMessage
    }

    package let number: Int
    package let kind: Kind
    /// The same on every attempt, so that receivers can drop repeats.
    package let messageID: String
    package let url: String
    package let body: [UInt8]
    /// The key that signs it; outbound messages have none.
    let secret: [UInt8]
    var attempt = 1
    var due: Stamp
}

/// How the org's callouts go astray.
package struct CalloutPolicy: Sendable, Equatable {
    /// Seconds between commit and callout.
    package var delaySeconds = 0
    /// Percent of the messages that are sent twice.
    package var duplicatePercent = 0
    /// Percent of the messages that are never sent.
    package var lossPercent = 0
    /// Whether messages that are due together go out in random order.
    package var reorders = false
    /// How often a message is tried; the generated sender gives up after five.
    package var attempts = 5

    package init() {}
}

/// A standing order to post an object's changes as SOAP, without Apex.
package struct OutboundMessageRule: Sendable, Equatable {
    package var object: String
    package var url: String
    package var fields: [String]

    package init(object: String, url: String, fields: [String]) {
        self.object = object
        self.url = url
        self.fields = fields
    }
}

/// The callouts that wait, and what became of the others.
struct CalloutBook: Sendable {
    /// Counts for tests and the control address.
    struct Tally: Sendable, Equatable {
        var delivered = 0
        var failedAttempts = 0
        var abandoned = 0
        var lost = 0
        var unauthorized = 0
    }

    var policy = CalloutPolicy()
    var rules: [OutboundMessageRule] = []
    var tally = Tally()
    private(set) var waiting: [Callout] = []
    private(set) var flying: [Int: Callout] = [:]
    private var last = 0

    var nextDue: Stamp? { waiting.map(\.due).min() }

    mutating func add(
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

    /// Hands out what is due.
    mutating func takeDue(now: Stamp, random: inout SeededGenerator) -> [Callout] {
        var due = waiting.filter { $0.due <= now }
        waiting.removeAll { $0.due <= now }
        for callout in due { flying[callout.number] = callout }
        if policy.reorders { due.shuffle(using: &random) }
        return due
    }

    /// Notes how an attempt went; a failed one waits a minute longer each time.
    mutating func finish(_ number: Int, succeeded: Bool, now: Stamp) {
        guard var callout = flying.removeValue(forKey: number) else { return }
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
