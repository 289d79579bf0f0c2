package import Primitives

/// The calls of an org in the last 24 hours, by the hour. An hour counts until all of it is past.
package struct SpentCalls: Sendable, Hashable {
    package static let day = 24

    private var hours: [Int64: APICalls] = [:]

    package init() {}

    private static func hour(_ moment: Timestamp) -> Int64 { moment.seconds / 3600 }

    package mutating func add(_ calls: APICalls, at now: Timestamp) {
        let hour = Self.hour(now)
        hours = hours.filter { hour - $0.key <= Int64(Self.day) }
        if !calls.isEmpty { hours[hour, default: APICalls()].add(calls) }
    }

    /// Those of the last hours, at most 24.
    package func calls(hours count: Int = day, before now: Timestamp) -> APICalls {
        let hour = Self.hour(now)
        return hours.reduce(into: APICalls()) { sum, spent in
            if hour - spent.key <= Int64(count) { sum.add(spent.value) }
        }
    }

    /// The text for the store; nil if there is nothing to keep. `shown` leads moments to the clock that they are kept by.
    package func text(_ shown: (Timestamp) -> Timestamp) -> String? {
        guard !hours.isEmpty else { return nil }
        let members = hours.sorted { $0.key < $1.key }.map { hour, calls in
            JSON.Member(String(Self.hour(shown(Timestamp(seconds: hour * 3600 + 1800)))), calls.json)
        }
        return JSON.object(members).text
    }

    /// What a text says; hours that have not come yet, as a clock was set back, count for the present one.
    package init(parsing text: String?, now: Timestamp) {
        guard let text, let members = (try? JSON(parsing: text))?.members else { return }
        let present = Self.hour(now)
        for member in members {
            guard let hour = Int64(member.name), hour > present - Int64(Self.day) - 1 else { continue }
            hours[min(hour, present), default: APICalls()].add(APICalls(member.value))
        }
    }
}

/// The calls that Signalbox has made of an instance's org within 24 hours, and may make.
package struct APIBudget: Sendable, Hashable {
    package var calls: APICalls
    /// Nil while the org has not said how many it allows.
    package var limit: Int?

    package init(calls: APICalls, limit: Int?) {
        self.calls = calls
        self.limit = limit
    }
}
