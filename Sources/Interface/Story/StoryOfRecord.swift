import Domain
import EngineAPI
import Primitives

/// The events of one record around the one it was opened at, oldest first, read in pages both ways.
struct StoryOfRecord: Sendable {
    struct Entry: Sendable {
        var event: EventSummary
        /// What it changed, once that was read.
        var changes: [FieldChange]?
    }

    private enum Purpose: Sendable {
        case first
        case older
        case newer
        /// The rows that are there, to see what became of their deliveries.
        case refresh
    }

    private static let pageSize = 50
    /// Entries that are kept; beyond them the far end goes and is read again when somebody goes there.
    private static let most = 400
    /// Milliseconds between pages that nobody has asked for.
    private static let pause: Int64 = 250

    let recordID: String
    let object: String
    let name: String?
    /// Those whose events of this id are of the same record.
    private let instances: Set<InstanceID>
    private let start: Int64
    private(set) var entries: [Entry] = []
    private(set) var reachesOldest = false
    private(set) var reachesNewest = false
    private(set) var hasLoaded = false
    private(set) var failure: String?
    /// Counts the changes of what there is to see.
    private(set) var revision = 0
    /// Rows that came before the first one, to be taken into account by whoever counts rows.
    private(set) var inserted = 0
    private var page: (token: Int, purpose: Purpose, limit: Int)?
    private var nextToken: Int
    private var detail: Int64?
    private var isTailStale = false
    private var isRefreshWanted = false
    private var notBefore = Timestamp.distantPast

    /// The numbers of its questions begin after `token`.
    init(_ event: EventSummary, in instances: Set<InstanceID>, after token: Int) {
        (recordID, object, name) = (event.recordID, event.object, event.shownName)
        self.instances = instances
        start = event.sequence
        nextToken = token + 1
    }

    func row(of sequence: Int64) -> Int? { entries.firstIndex { $0.event.sequence == sequence } }

    /// Where the event stands that it was opened at.
    var startRow: Int? { row(of: start) }

    // MARK: Reading

    /// What is to be read, given the rows in view: a page where these come near an end, and what one of them changed.
    mutating func loads(visible: Range<Int>, at now: Timestamp) -> [Command] {
        [nextPage(visible, at: now), nextDetail(visible)].compactMap { $0 }
    }

    /// When it wants to be asked again although nothing happens: something is due, but not yet.
    func deadline(visible: Range<Int>) -> Timestamp? {
        page == nil && due(visible, at: Timestamp(milliseconds: .max)) != nil ? notBefore : nil
    }

    private mutating func nextPage(_ visible: Range<Int>, at now: Timestamp) -> Command? {
        guard page == nil, failure == nil || now >= notBefore, let purpose = due(visible, at: now) else { return nil }
        var filter = EventFilter()
        filter.recordID = recordID
        filter.instanceIDs = instances
        func request(_ direction: PageRequest.Direction, after: Int64?, limit: Int = Self.pageSize) -> PageRequest {
            PageRequest(direction: direction, after: after, limit: limit, filter: filter)
        }
        let (first, last) = (entries.first?.event.sequence, entries.last?.event.sequence)
        let wanted =
            switch purpose {
            case .first: request(.newestFirst, after: start + 1)
            case .older: request(.newestFirst, after: first)
            case .newer: request(.oldestFirst, after: last ?? start)
            case .refresh: request(.oldestFirst, after: first.map { $0 - 1 }, limit: entries.count)
            }
        switch purpose {
        case .newer: isTailStale = false
        case .refresh: isRefreshWanted = false
        case .first, .older: break
        }
        page = (nextToken, purpose, wanted.limit)
        nextToken += 1
        notBefore = now.advanced(byMilliseconds: Self.pause)
        return .loadPage(token: nextToken - 1, wanted)
    }

    private func due(_ visible: Range<Int>, at now: Timestamp) -> Purpose? {
        guard hasLoaded else { return .first }
        if !reachesOldest, visible.lowerBound < 5 { return .older }
        if !reachesNewest, visible.upperBound + 5 >= entries.count { return .newer }
        guard now >= notBefore else { return nil }
        if isTailStale, reachesNewest { return .newer }
        return isRefreshWanted && !entries.isEmpty ? .refresh : nil
    }

    private mutating func nextDetail(_ visible: Range<Int>) -> Command? {
        guard detail == nil else { return nil }
        let rows = visible.clamped(to: 0..<entries.count)
        let wanted = entries[rows].last { $0.changes == nil && !$0.event.changedFieldNames.isEmpty }
        guard let sequence = wanted?.event.sequence else { return nil }
        detail = sequence
        return .loadDetail(sequence: sequence)
    }

    // MARK: Hearing

    mutating func recordStored() { isTailStale = true }

    mutating func recordDeliveries(_ notifications: [Int64]) {
        let ids = Set(notifications)
        let isConcerned = entries.contains { $0.event.delivery.map { ids.contains($0.notificationID) } ?? false }
        if ids.isEmpty || isConcerned { isRefreshWanted = true }
    }

    mutating func accept(token: Int, _ result: Result<EventPage, Failure>, at now: Timestamp) {
        guard let page, page.token == token else { return }
        self.page = nil
        revision += 1
        switch result {
        case .success(let answer):
            failure = nil
            let events = answer.events
            apply(events, page.purpose, isWhole: events.count < page.limit)
        case .failure(let error):
            failure = error.sentence
            notBefore = now.advanced(byMilliseconds: LoadPace.pauseAfterFailure)
            switch page.purpose {
            case .newer: isTailStale = true
            case .refresh: isRefreshWanted = true
            case .first, .older: break
            }
        }
    }

    private mutating func apply(_ events: [EventSummary], _ purpose: Purpose, isWhole: Bool) {
        switch purpose {
        case .first:
            hasLoaded = true
            entries = events.reversed().map { Entry(event: $0) }
            reachesOldest = isWhole
        case .older:
            entries.insert(contentsOf: events.reversed().map { Entry(event: $0) }, at: 0)
            inserted += events.count
            reachesOldest = isWhole
            guard entries.count > Self.most else { return }
            entries.removeLast(entries.count - Self.most)
            reachesNewest = false
        case .newer:
            entries += events.map { Entry(event: $0) }
            reachesNewest = isWhole
            guard entries.count > Self.most else { return }
            inserted -= entries.count - Self.most
            entries.removeFirst(entries.count - Self.most)
            reachesOldest = false
        case .refresh:
            let known = Dictionary(entries.map { ($0.event.sequence, $0.changes) }, uniquingKeysWith: { $1 })
            entries = events.map { Entry(event: $0, changes: known[$0.sequence] ?? nil) }
        }
    }

    mutating func accept(_ sequence: Int64, _ result: Result<EventDetail, Failure>) {
        guard detail == sequence else { return }
        detail = nil
        revision += 1
        guard let row = row(of: sequence) else { return }
        // What can't be read isn't asked for again and again; its names stand in the row.
        entries[row].changes = (try? result.get())?.event.changedFields.flatMap(\.parts) ?? []
    }

    /// What was inserted since it was asked for the last time.
    mutating func dequeueInserted() -> Int {
        defer { inserted = 0 }
        return inserted
    }
}
