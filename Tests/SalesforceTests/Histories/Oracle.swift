import Domain
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport

/// Knows what the org holds and what was told of it, and judges every event by that alone.
struct Oracle {
    /// A record as the org holds it: nil fields where it is deleted or gone.
    struct Truth: Hashable, Sendable {
        var fields: [String: String]?
        /// Not even the recycle bin has it.
        var isGone = false
        /// Of its last write; nil where it is gone.
        var stamp: Timestamp?

        static func == (left: Truth, right: Truth) -> Bool { left.fields == right.fields }
        func hash(into hasher: inout Hasher) { hasher.combine(fields) }

        /// Without what every save moves.
        var content: [String: String]? { fields?.filter { !RecordFields.bookkeepingNames.contains($0.key) } }

        /// Whether an event says so; one of a webhook without a stamp may say less.
        func shows(_ said: [String: String]?, of event: MemoryLedger.Event) -> Bool {
            guard event.isGuessed, let said, let fields else { return fields == said }
            return said.allSatisfy { fields[$0.key] == $0.value }
        }
    }

    /// What a commit made of a record.
    struct Sight: Sendable {
        let key: String
        let truth: Truth
    }

    /// A field that comes and goes from sight in some histories; nobody writes it.
    static let shyField = "Rating"
    /// A field that is a number or a text in some histories; nobody writes it after the record's creation.
    static let retypedField = "AnnualRevenue"

    /// All records that were ever committed.
    private var truth: [String: Truth] = [:]
    /// The states that a record had while the last poll ran, where it had more than one.
    private var possible: [String: [Truth]] = [:]
    private var atStart: [String: Truth] = [:]
    private var movedSinceStart: Set<String> = []
    private var told: [String: Truth] = [:]
    private var stamps: [String: Timestamp] = [:]
    private(set) var sequence = 0
    private(set) var hasStarted: Set<String> = []
    private(set) var faults: [String] = []
    /// Records that were in the recycle bin while a first run that reads everything had not begun: whether one that comes
    /// back is new to it or was known as deleted depends on when that was.
    private var doubtful: Set<String> = []
    /// Where objects begin whose backlogs were cancelled.
    private var cancelled: [String: Timestamp] = [:]
    /// Records of which something was left untold by that, as they were then.
    private var forgone: [String: Truth] = [:]
    /// Records that were stamped ahead, and with what.
    private var ahead: [String: Timestamp] = [:]

    mutating func expectAhead(_ object: String, _ recordID: String, until stamp: Timestamp) {
        ahead[object + "/" + recordID] = stamp
    }

    /// A clock was ahead for a while, and with it the date of what is known to be gone by no log.
    var hadClockAhead = false

    /// Whether a stamp is so near below one that was ahead that only the next poll, or nobody, can tell which of the two came
    /// later.
    private func isNearAhead(_ key: String, _ stamp: Timestamp?) -> Bool {
        guard let future = ahead[key], let stamp else { return false }
        return stamp < future && future.since(stamp) <= 1_000_000
    }

    /// Records come back into sight in these histories, so that what was told of them meanwhile counts.
    var followsSight = false
    /// So many were told as deleted that were out of sight.
    private(set) var outOfSight = 0

    private mutating func toldOutOfSight(_ key: String) {
        if let before = told[key], before.fields == nil { faults.append("repeated DELETED of \(key), out of sight") }
        told[key] = Truth(fields: nil)
        outOfSight += 1
    }

    /// Whether the last that was told of a record is how it is.
    func isTold(_ key: String) -> Bool { truth[key]?.fields != nil && told[key] == truth[key] }

    /// Whether a record was told as deleted that is there.
    func isToldDeleted(_ key: String) -> Bool {
        guard let before = told[key] else { return false }
        return before.fields == nil && truth[key]?.fields != nil
    }

    /// Takes in what was committed since the last look.
    mutating func look(_ org: Org) async throws {
        possible = [:]
        for sight in try await Self.sights(org, since: &sequence) {
            movedSinceStart.insert(sight.key)
            truth[sight.key] = sight.truth
        }
        // Emptying the recycle bin is no change of a record.
        for (key, state) in truth where state.fields == nil && !state.isGone {
            let parts = key.split(separator: "/").map(String.init)
            if try await org.record(parts[0], parts[1]) == nil { truth[key]?.isGone = true }
        }
    }

    /// Takes in what was committed while a poll ran, in order.
    mutating func note(_ sights: [Sight], upTo sequence: Int) {
        for sight in sights {
            movedSinceStart.insert(sight.key)
            possible[sight.key, default: [truth[sight.key] ?? Truth()]].append(sight.truth)
            truth[sight.key] = sight.truth
        }
        self.sequence = max(self.sequence, sequence)
    }

    /// What commits after a sequence made of their records, as these are now.
    static func sights(_ org: Org, since sequence: inout Int) async throws -> [Sight] {
        var sights: [Sight] = []
        for change in await org.history(since: sequence) {
            sequence = change.sequence
            let record = try await org.record(change.object, change.id)
            sights.append(
                Sight(
                    key: change.object + "/" + change.id,
                    truth: Truth(fields: fields(record), isGone: record == nil, stamp: stamp(record))
                )
            )
        }
        return sights
    }

    private static func fields(_ record: JSON?) -> [String: String]? {
        guard let record, let parsed = try? RecordFields(parsing: String(decoding: record.bytes, as: UTF8.self)),
            parsed.bool("IsDeleted") != true
        else { return nil }
        return fields(parsed)
    }

    private static func stamp(_ record: JSON?) -> Timestamp? {
        record?["SystemModstamp"]?.string.flatMap { Timestamp(parsing: $0) }
    }

    private static func fields(_ record: RecordFields) -> [String: String] {
        let kept = record.without(RecordFields.volatileNames)
        return Dictionary(
            kept.fields.lazy.filter { $0.name != shyField }.map { field in
                (field.name, field.name == retypedField ? field.raw.filter { $0 != "\"" } : field.raw)
            },
            uniquingKeysWith: { $1 }
        )
    }

    /// The object's baseline is complete: what is there now is known and not news. That a record is gone which a killed
    /// first run saw (`known` has it) is news or not, as it comes.
    mutating func start(_ object: String, known: Set<String>) {
        guard hasStarted.insert(object).inserted else { return }
        for (key, state) in truth where key.hasPrefix(object + "/") {
            if state.fields == nil, known.contains(key) {
                // Comes it back, it may be changed for who knew it, and new for who didn't.
                doubtful.insert(key)
                continue
            }
            atStart[key] = state
            movedSinceStart.remove(key)
        }
    }

    /// A person gave up what was not read before `end`: it counts as what was there before.
    mutating func cancel(_ object: String, before end: Timestamp) {
        cancelled[object] = max(cancelled[object] ?? end, end)
        for (key, now) in truth where key.hasPrefix(object + "/") {
            let before = told[key] ?? atStart[key] ?? Truth(fields: nil)
            if before != now, now.stamp.map({ $0 < end }) ?? true { forgone[key] = now }
        }
    }

    /// Whether a record is still as it was when what had become of it was given up.
    private func isForgone(_ key: String, _ now: Truth) -> Bool {
        guard let end = cancelled[String(key.prefix { $0 != "/" })], forgone[key] == now else { return false }
        return now.stamp.map { $0 < end } ?? true
    }

    /// Whether a record was made before a backlog ended that was cancelled.
    private func isCancelled(_ event: MemoryLedger.Event) -> Bool {
        guard let end = cancelled[event.object] else { return false }
        let created = event.fields.string("CreatedDate").flatMap { Timestamp(parsing: $0) }
        return created.map { $0 < end } ?? false
    }

    /// Holds the events of one poll against what the org holds. What is out of sight passes for deleted, where the log of
    /// deletions can't say that it isn't. `mayPrecede`: some of it may have been read before a backlog was cancelled.
    mutating func judge(_ events: [MemoryLedger.Event], but hidden: Set<String>, mayPrecede: Bool = false) {
        for event in events {
            let key = event.object + "/" + event.recordID
            if hidden.contains(key), event.change == .deleted {
                if followsSight { toldOutOfSight(key) }
                continue
            }
            guard let latest = truth[key] else {
                faults.append("\(event.change.rawValue) of \(key), which never was")
                continue
            }
            let said = event.change == .deleted ? nil : Self.fields(event.fields)
            let states = possible[key] ?? [latest]
            guard
                let now = states.first(where: { $0.shows(said, of: event) && $0 != told[key] })
                    ?? states.first(where: { $0.shows(said, of: event) })
            else {
                faults.append("\(event.change.rawValue) of \(key), which is not so")
                continue
            }
            if !event.isGuessed {
                if let last = stamps[key], event.stamp < last, ahead[key] == nil, !hadClockAhead {
                    faults.append("\(key) goes back in time")
                }
                stamps[key] = event.stamp
            }
            if let end = cancelled[event.object], event.stamp < end, event.change != .deleted, !mayPrecede {
                faults.append("\(event.change.rawValue) of \(key), which was cancelled")
            }
            if let before = told[key] {
                if before == now { faults.append("repeated \(event.change.rawValue) of \(key)") }
                let expected: Change = now.fields == nil ? .deleted : .updated
                if event.change != expected { faults.append("\(event.change.rawValue) of \(key), not \(expected)") }
                let isBack = before.fields == nil && now.fields != nil
                if event.isUndelete != isBack { faults.append("undelete \(event.isUndelete) of \(key)") }
            } else {
                let existed = atStart[key] != nil
                let isOld = existed || isCancelled(event)
                let expected: Change = now.fields == nil ? .deleted : isOld ? .updated : .created
                // Deleted and brought back while a first run read that is told of later: it was known as deleted, or not.
                let wasInBin = followsSight && event.isUndelete
                let isDoubtful =
                    (doubtful.contains(key) || wasInBin) && event.change == .updated && expected == .created
                    || mayPrecede && !existed && event.change == .created && expected == .updated
                if event.change != expected, !isDoubtful {
                    faults.append("first \(event.change.rawValue) of \(key), not \(expected)")
                }
                // A record that was only touched is news once if nothing was known of it.
                if existed, !movedSinceStart.contains(key) {
                    faults.append("\(event.change.rawValue) of \(key), where nothing happened")
                }
            }
            told[key] = now
        }
    }

    /// Saves that changed nothing can't be told from what webhooks without stamps had told of these records.
    mutating func settle(_ keys: Set<String>) {
        for key in keys {
            guard let before = told[key]?.content, let now = truth[key], before == now.content else { continue }
            told[key] = now
        }
    }

    /// Takes note of what is deleted before a first run that reads everything begins.
    mutating func doubt(_ object: String) {
        for (key, now) in truth where key.hasPrefix(object + "/") && now.fields == nil { doubtful.insert(key) }
    }

    /// After a poll without a problem nothing may be left untold, but what nobody could know: `excused` says so of a
    /// record that is gone for good. What is older than `since` is still to be read.
    mutating func demandAll(
        of object: String,
        since: Timestamp?,
        but hidden: Set<String>,
        excusing excused: (_ recordID: String) -> Bool
    ) {
        for (key, now) in truth where key.hasPrefix(object + "/") && !hidden.contains(key) {
            // What came and went unseen need not be told.
            let before = told[key] ?? atStart[key] ?? Truth(fields: nil)
            if before == now || now.isGone && excused(String(key.dropFirst(object.count + 1))) { continue }
            if isForgone(key, now) { continue }
            if let since, now.stamp.map({ $0 < since }) ?? true { continue }
            if isNearAhead(key, now.stamp) { continue }
            let states = "\(before.fields?.description ?? "deleted"), now \(now.fields?.description ?? "deleted")"
            faults.append("missed \(key) of \(now.stamp?.iso ?? "no stamp"), told as \(states)")
        }
    }

    /// What a poll left behind for good must have been told, whatever became of that poll.
    mutating func demandSettled(_ object: String, before settled: Timestamp, but hidden: Set<String>) {
        for (key, now) in truth where key.hasPrefix(object + "/") && !hidden.contains(key) {
            guard !now.isGone, let stamp = now.stamp, stamp < settled, !isForgone(key, now) else { continue }
            let before = told[key] ?? atStart[key] ?? Truth(fields: nil)
            if before != now, !isNearAhead(key, stamp) { faults.append("left \(key) behind untold") }
        }
    }
}
