import Domain
import Primitives
import SimulatedOrg
import Store
import TestSupport

/// Holds what the store tells against what the org holds, poll by poll.
struct SoakOracle {
    /// What an event says of its record; nil fields: it is gone.
    struct Said: Hashable, Sendable {
        let change: Change
        let content: String
    }

    private var truth: [String: String?] = [:]
    private var told: [String: String?] = [:]
    /// Keys that were committed since the last poll without a problem.
    private var dirty: Set<String> = []
    private var eventIDs: Set<String> = []
    private var last: Int64 = 0
    private var sequence = 0
    private(set) var faults: [String] = []
    /// Events per record, in order.
    private(set) var events: [String: [Said]] = [:]

    var eventCount: Int { eventIDs.count }

    mutating func look(_ org: Org) async throws {
        var keys: Set<String> = []
        for change in await org.history(since: sequence) {
            sequence = change.sequence
            keys.insert(change.object + "/" + change.id)
        }
        for key in keys {
            let parts = key.split(separator: "/").map(String.init)
            let record = try await org.record(parts[0], parts[1])
            let fields = try record.map { try RecordFields(parsing: String(decoding: $0.bytes, as: UTF8.self)) }
            let isThere = fields.map { $0.bool("IsDeleted") != true } ?? false
            truth[key] = .some(isThere ? fields.map(Self.content) : nil)
        }
        dirty.formUnion(keys)
    }

    /// What a record says beside its stamps; nulls are filtered from what is told.
    static func content(_ fields: RecordFields) -> String {
        fields.without(RecordFields.volatileNames).fields.lazy.filter { !$0.isNull && $0.name != "attributes" }
            .map { "\($0.name)=\($0.raw)" }.sorted().joined(separator: ";")
    }

    /// Judges the events that were stored since.
    mutating func judge(_ store: any EventStore) async throws {
        while true {
            let page = try await store.events(PageRequest(direction: .oldestFirst, after: last, limit: 1000))
            guard let end = page.last else { return }
            for summary in page {
                guard let event = try await store.event(sequence: summary.sequence)?.event else { continue }
                try judge(event)
            }
            last = end.sequence
        }
    }

    private mutating func judge(_ event: ChangeEvent) throws {
        let key = event.object + "/" + event.recordID
        if !eventIDs.insert(event.eventID).inserted { faults.append("event id of \(key) twice") }
        let content = try event.change == .deleted ? nil : Self.content(RecordFields(parsing: event.record))
        events[key, default: []].append(
            Said(change: event.change, content: Self.content(try RecordFields(parsing: event.record)))
        )
        guard let now = truth[key] else { return faults.append("\(key) never was") }
        let before = told[key]
        if now != content { faults.append("\(event.change.rawValue) of \(key) is not so: \(content ?? "gone")") }
        if let before, before == now { faults.append("repeated \(event.change.rawValue) of \(key)") }
        let expected: Change = now == nil ? .deleted : before == nil ? .created : .updated
        if event.change != expected { faults.append("\(event.change.rawValue) of \(key), not \(expected)") }
        if event.isUndelete != (before == .some(nil) && now != nil) { faults.append("undelete of \(key)") }
        told[key] = now
    }

    /// After a poll without a problem of its own, an object has nothing left to tell.
    mutating func demand(_ object: String) {
        for key in dirty where key.hasPrefix(object + "/") {
            // What came and went unseen need not be told.
            if (told[key] ?? nil) != (truth[key] ?? nil) { faults.append("missed \(key)") }
            dirty.remove(key)
        }
    }
}
