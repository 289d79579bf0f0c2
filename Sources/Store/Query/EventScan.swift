import Domain
import GRDB
import Primitives

/// Walks over the sequences of the events that a filter wants, in order, without ever skipping by offset.
///
/// The filter's parts are used where they cost least: time as ranges of sequences, facets as streams of one index, a
/// record by its own index; only text has to look into payloads, in growing chunks, newest (or oldest) first.
struct EventScan {
    /// Candidates looked at together, at most.
    static let chunk = 4096

    private enum Source {
        case everything
        case record(String)
        case facets(FacetStreams)
    }

    private let direction: PageRequest.Direction
    private var source: Source
    /// What is left to look at, next first.
    private var ranges: ArraySlice<ClosedRange<Int64>>
    private let condition: EventCondition?
    /// Found but not asked for yet.
    private var pending: ArraySlice<Int64> = []
    private var portion = 64

    init(_ page: PageRequest, _ db: Database) throws {
        let filter = page.filter
        direction = page.direction
        var byFacet = false
        if let record = filter.recordID {
            source = .record(SalesforceID(record)?.text ?? record)
        } else if !filter.instanceIDs.isEmpty || !filter.objects.isEmpty || !filter.changes.isEmpty
            || !filter.states.isEmpty || !filter.replays.isEmpty
        {
            source = .facets(
                FacetStreams(try Facets.matching(filter, db).map(\.facet), direction: page.direction)
            )
            byFacet = true
        } else {
            source = .everything
        }
        condition = EventCondition(filter, withoutFacets: byFacet)
        var whole: ClosedRange<Int64>? = 0...Int64.max
        if let after = page.after {
            switch page.direction {
            case .newestFirst: whole = after > 0 ? 0...(after - 1) : nil
            case .oldestFirst: whole = after < Int64.max ? (max(after, -1) + 1)...Int64.max : nil
            }
        }
        let found = try whole.map { try Self.ranges(filter, within: $0, db) } ?? []
        ranges = page.direction == .newestFirst ? found.reversed()[...] : found[...]
    }

    /// The next sequences, at most `limit`; none at the end.
    mutating func next(_ limit: Int, _ db: Database) throws -> [Int64] {
        while pending.isEmpty, let range = ranges.first {
            let count: Int
            if condition == nil {
                count = limit
            } else {
                portion = min(portion * 2, Self.chunk)
                count = max(portion, min(limit, Self.chunk))
            }
            let candidates = try candidates(count, range, db)
            narrow(range, beyond: candidates.last)
            guard let condition, !candidates.isEmpty else {
                pending = candidates[...]
                continue
            }
            pending = try condition.passing(candidates, direction, db)[...]
        }
        let found = Array(pending.prefix(limit))
        pending = pending.dropFirst(limit)
        return found
    }

    /// A list of numbers as one argument of `json_each`.
    static func list(_ numbers: [Int64]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }

    private mutating func candidates(_ count: Int, _ range: ClosedRange<Int64>, _ db: Database) throws -> [Int64] {
        let order = direction == .newestFirst ? "DESC" : "ASC"
        switch source {
        case .everything:
            let statement = try db.cachedStatement(
                sql: "SELECT sequence FROM event WHERE sequence BETWEEN ? AND ? ORDER BY sequence \(order) LIMIT ?"
            )
            return try Int64.fetchAll(statement, arguments: [range.lowerBound, range.upperBound, count])
        case .record(let id):
            let statement = try db.cachedStatement(
                sql: """
                    SELECT sequence FROM event INDEXED BY event_record WHERE record_id = ? AND sequence BETWEEN ? AND ?
                    ORDER BY sequence \(order) LIMIT ?
                    """
            )
            return try Int64.fetchAll(statement, arguments: [id, range.lowerBound, range.upperBound, count])
        case .facets(var streams):
            let found = try streams.next(count, in: range, db)
            source = .facets(streams)
            return found
        }
    }

    /// Takes what was looked at off the range; drops it where nothing is left.
    private mutating func narrow(_ range: ClosedRange<Int64>, beyond last: Int64?) {
        var rest: ClosedRange<Int64>?
        if let last {
            switch direction {
            case .newestFirst: rest = last > range.lowerBound ? range.lowerBound...(last - 1) : nil
            case .oldestFirst: rest = last < range.upperBound ? (last + 1)...range.upperBound : nil
            }
        }
        if let rest {
            ranges[ranges.startIndex] = rest
        } else {
            ranges = ranges.dropFirst()
            if case .facets(var streams) = source {
                streams.reset()
                source = .facets(streams)
            }
        }
    }

    /// Where events of the filter's time can be, oldest first.
    private static func ranges(
        _ filter: EventFilter,
        within whole: ClosedRange<Int64>,
        _ db: Database
    ) throws -> [ClosedRange<Int64>] {
        guard filter.from != nil || filter.to != nil else { return [whole] }
        let statement = try db.cachedStatement(
            sql: "SELECT block FROM span WHERE latest >= ? AND earliest < ? ORDER BY block"
        )
        let blocks = try Int64.fetchAll(
            statement,
            arguments: [filter.from?.milliseconds ?? Int64.min, filter.to?.milliseconds ?? Int64.max]
        )
        var found: [ClosedRange<Int64>] = []
        for block in blocks {
            let range = (block * Schema.spanWidth)...((block + 1) * Schema.spanWidth - 1)
            if let last = found.last, last.upperBound + 1 == range.lowerBound {
                found[found.count - 1] = last.lowerBound...range.upperBound
            } else {
                found.append(range)
            }
        }
        return found.filter { $0.overlaps(whole) }.map { $0.clamped(to: whole) }
    }
}
