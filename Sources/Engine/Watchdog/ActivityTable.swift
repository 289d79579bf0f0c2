import Domain
import EngineAPI
import Primitives

/// What is under way and when each must next have moved. A pure state machine; the moments, of the clock that nobody sets,
/// come from outside.
///
/// An activity whose moment is over is suspected first and overdue only if it has not moved by a second look: after a sleep
/// of the machine everything is late at once, the timers that would move it as well.
struct ActivityTable: Sendable {
    /// What an activity does and by when it must have moved; without a moment it waits for nothing.
    struct Expectation: Sendable, Hashable {
        var doing: String
        var due: Timestamp?

        static let nothing = Expectation(doing: "waiting for work", due: nil)
    }

    private struct Entry: Sendable {
        let kind: ActivityKind
        let instance: InstanceID?
        var expected = Expectation.nothing
        var secondLook: Timestamp?
        /// The moment by which it should have moved; what it was doing then stays in `expected` until it moves.
        var overdueSince: Timestamp?

        var nextLook: Timestamp? {
            if overdueSince != nil { return nil }
            return secondLook ?? expected.due.map { $0.advanced(byMilliseconds: ActivityTable.grace) }
        }
    }

    /// Milliseconds that an activity may be late before it is suspected.
    static let grace = Limit.watchdog.milliseconds
    /// Milliseconds from the first look to the second.
    static let patience: Int64 = 5000

    private var entries: [Int: Entry] = [:]
    private var last = 0
    private var overdueCount = 0

    mutating func add(_ kind: ActivityKind, of instance: InstanceID?) -> Int {
        last += 1
        entries[last] = Entry(kind: kind, instance: instance)
        return last
    }

    /// The activity has moved. True if it was overdue until now.
    mutating func moved(_ id: Int, _ next: Expectation) -> Bool {
        guard let entry = entries[id] else { return false }
        entries[id]?.expected = next
        entries[id]?.secondLook = nil
        entries[id]?.overdueSince = nil
        if entry.overdueSince != nil { overdueCount -= 1 }
        return entry.overdueSince != nil
    }

    /// Another wait begins, which is no sign of life: what was overdue stays so, and keeps saying where it hung.
    mutating func waits(_ id: Int, _ next: Expectation) {
        guard let entry = entries[id], entry.overdueSince == nil else { return }
        entries[id]?.expected = next
        entries[id]?.secondLook = nil
    }

    /// True if it was overdue until now.
    mutating func remove(_ id: Int) -> Bool {
        guard entries.removeValue(forKey: id)?.overdueSince != nil else { return false }
        overdueCount -= 1
        return true
    }

    /// Those that are found overdue now and were not before, in the order in which they began.
    mutating func look(at now: Timestamp) -> [Int] {
        var found: [Int] = []
        for (id, entry) in entries {
            guard let look = entry.nextLook, look <= now else { continue }
            if entry.secondLook == nil {
                entries[id]?.secondLook = now.advanced(byMilliseconds: Self.patience)
            } else {
                entries[id]?.overdueSince = entry.expected.due
                entries[id]?.secondLook = nil
                overdueCount += 1
                found.append(id)
            }
        }
        return found.sorted()
    }

    func ids(_ kind: ActivityKind, of instance: InstanceID) -> [Int] {
        entries.filter { $0.value.kind == kind && $0.value.instance == instance }.map(\.key)
    }

    /// When to look again; nil while nothing is due.
    var nextLook: Timestamp? { entries.values.compactMap(\.nextLook).min() }

    func nextLook(at id: Int) -> Timestamp? { entries[id]?.nextLook }

    var hasOverdue: Bool { overdueCount > 0 }

    func isOverdue(_ id: Int) -> Bool { entries[id]?.overdueSince != nil }

    func standing(of id: Int, at now: Timestamp) -> ActivityStanding? {
        entries[id].map { entry in
            ActivityStanding(
                kind: entry.kind,
                instance: entry.instance,
                doing: entry.expected.doing,
                overdueSince: entry.overdueSince,
                overdueSeconds: entry.overdueSince.map { max(0, now.since($0)) / 1000 } ?? 0
            )
        }
    }

    /// All of them, in the order in which they began.
    func standings(at now: Timestamp) -> [ActivityStanding] {
        entries.keys.sorted().compactMap { standing(of: $0, at: now) }
    }
}
