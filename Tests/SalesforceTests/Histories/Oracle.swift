import Domain
import Salesforce
import SimulatedOrg

/// Knows what the org holds and what was told of it, and judges every event by that alone.
struct Oracle {
    /// A record as the org holds it: nil fields where it is deleted or gone.
    struct Truth: Hashable {
        var fields: [String: String]?
    }

    /// All records that were ever committed.
    private var truth: [String: Truth] = [:]
    private var atStart: [String: Truth] = [:]
    private var movedSinceStart: Set<String> = []
    private var told: [String: Truth] = [:]
    private var sequence = 0
    private(set) var hasStarted: Set<String> = []
    private(set) var faults: [String] = []

    /// Takes in what was committed since the last look.
    mutating func look(_ org: Org) async throws {
        for change in await org.history(since: sequence) {
            sequence = change.sequence
            let key = change.object + "/" + change.id
            movedSinceStart.insert(key)
            truth[key] = Truth(fields: nil)
        }
        for key in truth.keys {
            let parts = key.split(separator: "/").map(String.init)
            truth[key] = Truth(fields: Self.fields(try await org.record(parts[0], parts[1])))
        }
    }

    private static func fields(_ record: SimulatedOrg.JSON?) -> [String: String]? {
        guard let record, let parsed = try? RecordFields(parsing: String(decoding: record.bytes, as: UTF8.self)),
            parsed.bool("IsDeleted") != true
        else { return nil }
        let kept = parsed.without(RecordFields.volatileNames)
        return Dictionary(kept.fields.map { ($0.name, $0.raw) }, uniquingKeysWith: { $1 })
    }

    /// The object's baseline is complete: what is there now is known and not news.
    mutating func start(_ object: String) {
        guard hasStarted.insert(object).inserted else { return }
        for (key, state) in truth where key.hasPrefix(object + "/") {
            atStart[key] = state
            movedSinceStart.remove(key)
        }
    }

    /// Holds the events of one poll against what the org holds.
    mutating func judge(_ events: [MemoryLedger.Event]) {
        for event in events {
            let key = event.object + "/" + event.recordID
            guard let now = truth[key] else {
                faults.append("\(event.change.rawValue) of \(key), which never was")
                continue
            }
            if let before = told[key] {
                if before == now { faults.append("repeated \(event.change.rawValue) of \(key)") }
                let expected: Change = now.fields == nil ? .deleted : .updated
                if event.change != expected { faults.append("\(event.change.rawValue) of \(key), not \(expected)") }
                let isBack = before.fields == nil && now.fields != nil
                if event.isUndelete != isBack { faults.append("undelete \(event.isUndelete) of \(key)") }
            } else {
                let existed = atStart[key] != nil
                let expected: Change = now.fields == nil ? .deleted : existed ? .updated : .created
                if event.change != expected {
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

    /// After a poll without a problem nothing may be left untold.
    mutating func demandAll(of object: String) {
        for (key, now) in truth where key.hasPrefix(object + "/") {
            // What came and went unseen need not be told.
            let before = told[key] ?? atStart[key] ?? Truth(fields: nil)
            if before != now { faults.append("missed \(key)") }
        }
    }
}
