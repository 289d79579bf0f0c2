import Domain
import Primitives

/// How many events came lately, in slots of ten seconds.
struct Activity: Sendable {
    private static let slotSeconds = ActivitySummary.slotSeconds
    private static let slotsPerMinute: Int64 = 6
    /// Slots to come that are believed, as the clock of a node elsewhere may be a little ahead.
    private static let slotsAhead = slotsPerMinute
    /// Minutes that the chart shows.
    static let minutes = 12

    private var slots: [Int64: Int] = [:]

    /// Applies what is stored. Of a node's answer no more is believed than the chart has room for.
    mutating func apply(_ summary: ActivitySummary, at now: Timestamp) {
        let first = max(Self.slot(summary.since), Self.slot(Self.start(at: now)))
        for slot in first..<max(first, Self.slot(now) + Self.slotsAhead + 1) {
            let count = summary.events[slot * Self.slotSeconds] ?? 0
            slots[slot] = count > 0 ? count : nil
        }
        trim(at: now)
    }

    /// The first moment that the chart shows.
    static func start(at now: Timestamp) -> Timestamp {
        Timestamp(seconds: (slot(now) / slotsPerMinute - Int64(minutes) + 1) * slotsPerMinute * slotSeconds)
    }

    static func slotStart(_ moment: Timestamp) -> Timestamp { Timestamp(seconds: slot(moment) * slotSeconds) }

    mutating func trim(at now: Timestamp) {
        let oldest = Self.slot(Self.start(at: now))
        // Those further ahead are left from before the clock was set back.
        slots = slots.filter { $0.key >= oldest && $0.key <= Self.slot(now) + Self.slotsAhead }
    }

    /// Events of the last sixty seconds, to the slot, as the figures of all instances count them.
    func perMinute(at now: Timestamp) -> Int {
        let minute = ActivitySummary.lastMinute(at: now)
        return slots.reduce(0) { sum, slot in
            minute.contains(Timestamp(seconds: slot.key * Self.slotSeconds)) ? sum.adding(saturating: slot.value) : sum
        }
    }

    /// Events of each of the last minutes by the clock, the running one last.
    func chart(at now: Timestamp) -> [Double] {
        let minute = Self.slot(now) / Self.slotsPerMinute
        return (0..<Int64(Self.minutes)).map { offset in
            let first = (minute - Int64(Self.minutes) + 1 + offset) * Self.slotsPerMinute
            return (first..<first + Self.slotsPerMinute).reduce(0.0) { $0 + Double(slots[$1] ?? 0) }
        }
    }

    /// When the numbers shown would become a lie: soon while the rate decays, then by the minute, then never.
    func nextDeadline(after now: Timestamp) -> Timestamp? {
        guard let newest = slots.keys.max() else { return nil }
        let slot = Self.slot(now)
        if slot - newest <= Self.slotsPerMinute { return Timestamp(seconds: (slot + 1) * Self.slotSeconds) }
        return Timestamp(seconds: (slot / Self.slotsPerMinute + 1) * Self.slotsPerMinute * Self.slotSeconds)
    }

    private static func slot(_ now: Timestamp) -> Int64 { now.seconds / slotSeconds }
}
