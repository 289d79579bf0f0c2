import Domain

/// A page of rows whose further fields are read by id, because the org refuses to name all of them in one query.
///
/// Rows may be written between the two reads. One whose stamp moved, or that is gone, is torn: it is left to the next
/// poll, which finds its newer state, so that no record is ever put together from two states.
struct Joining: Sendable {
    let page: QueryPage
    /// What brought the page.
    let request: ObjectRequest
    private let stampName: String
    private let stamps: [String: String?]
    private var groups: ArraySlice<[String]>
    private let ids: [String]
    private var offset = 0
    private var width: Int
    /// The next page of the ids that are being read.
    private(set) var path: String?
    private var trail = PageTrail()
    private var seen: Set<String> = []
    private var further: [String: RecordFields] = [:]
    private(set) var torn: Set<String> = []
    private(set) var locatorDeaths = 0

    /// `groups`: fields that the page's rows lack, by the query that reads them.
    init?(
        _ page: QueryPage,
        request: ObjectRequest,
        groups: some Collection<[String]>,
        stamp: String,
        width: Int = LookUp.width
    ) {
        let found = page.rows.compactMap { row in row.identifier("Id").map { ($0, row[stamp]) } }
        guard !found.isEmpty, !groups.isEmpty else { return nil }
        self.page = page
        self.request = request
        self.width = width
        self.groups = Array(groups)[...]
        stampName = stamp
        stamps = Dictionary(found, uniquingKeysWith: { $1 })
        ids = stamps.keys.sorted()
    }

    /// The ids and fields to read next; nil when all rows are whole.
    var question: (ids: ArraySlice<String>, fields: [String])? {
        groups.first.map { (ids[offset..<min(offset + width, ids.count)], $0) }
    }

    mutating func accept(_ answer: QueryPage) {
        guard let (part, fields) = question else { return }
        let names = Set(fields)
        for row in answer.rows {
            guard let id = row.identifier("Id"), let stamp = stamps[id] else { continue }
            seen.insert(id)
            if row[stampName] != stamp { torn.insert(id) }
            let read = RecordFields(row.fields.filter { names.contains($0.name) })
            further[id] = further[id]?.merging(read) ?? read
        }
        if !answer.isDone, let next = answer.nextPath {
            path = next
            trail.accept(answer)
            return
        }
        path = nil
        trail = PageTrail()
        // An answer that was cut short leaves its rows to the next poll as well.
        torn.formUnion(part.filter { !seen.contains($0) })
        seen = []
        goOn(behind: part.count)
    }

    private mutating func goOn(behind count: Int) {
        offset += count
        guard offset >= ids.count else { return }
        offset = 0
        groups = groups.dropFirst()
    }

    /// Goes on without the one field that is asked for of the one record.
    mutating func skipsRecord() -> (id: String, field: String)? {
        guard let (part, fields) = question, let id = part.first, part.count == 1, let field = fields.first else {
            return nil
        }
        path = nil
        trail = PageTrail()
        seen = []
        goOn(behind: 1)
        return (id, field)
    }

    /// The next page would bring nothing either.
    var isEndless: Bool { path != nil && !trail.leadsOn }

    /// Asks the same for fewer records; false where it is one already.
    mutating func reducesRecords() -> Bool {
        guard let count = question?.ids.count, count > 1 else { return false }
        width = count / 2
        restart()
        return true
    }

    /// Asks the same for fewer fields; the one that can't be read even alone is left out and named.
    mutating func reducesFields() -> String? {
        guard let group = groups.first else { return nil }
        groups = groups.dropFirst()
        restart()
        guard group.count > 1 else {
            offset = 0
            return group.first
        }
        // What was read of some records by now is read again, and the last word counts.
        groups = [Array(group[..<(group.count / 2)]), Array(group[(group.count / 2)...])] + groups
        offset = 0
        return nil
    }

    /// Asks for the same records anew: the way to their next page is lost.
    mutating func restart() {
        path = nil
        trail = PageTrail()
        seen = []
        locatorDeaths += 1
    }

    /// The page with its rows whole, their fields in the order of `order`.
    func joined(order: [String]) -> QueryPage {
        var places: [String: Int] = [:]
        for (place, name) in order.enumerated() { places[name] = place }
        var whole = page
        whole.torn = torn
        whole.rows = page.rows.map { row in
            guard let id = row.identifier("Id"), let more = further[id] else { return row }
            let merged = row.merging(more)
            return RecordFields(
                merged.fields.enumerated()
                    .sorted { (places[$0.element.name] ?? -1, $0.offset) < (places[$1.element.name] ?? -1, $1.offset) }
                    .map(\.element)
            )
        }
        return whole
    }
}
