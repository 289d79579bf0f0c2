import Domain
import GRDB

/// Events of several facets in one order: each facet is a stream of the index, merged by sequence.
struct FacetStreams {
    private struct Stream {
        let facet: Facet
        /// Ahead of what was handed out, in order.
        var buffer: ArraySlice<Int64> = []
        var isEnded = false
    }

    private var streams: [Stream]
    private let direction: PageRequest.Direction

    init(_ facets: [Facet], direction: PageRequest.Direction) {
        self.streams = facets.map { Stream(facet: $0) }
        self.direction = direction
    }

    /// Forgets what was read ahead, where the range jumps.
    mutating func reset() {
        for index in streams.indices { streams[index] = Stream(facet: streams[index].facet) }
    }

    /// The next sequences within the range, at most `count`.
    mutating func next(_ count: Int, in range: ClosedRange<Int64>, _ db: Database) throws -> [Int64] {
        // Read ahead about what each will be asked for if all are equally frequent.
        let portion = max(4, count * 2 / max(1, streams.count))
        var found: [Int64] = []
        while found.count < count {
            var best: (index: Int, sequence: Int64)?
            for index in streams.indices {
                if streams[index].buffer.isEmpty, !streams[index].isEnded {
                    try fill(index, portion, Self.rest(range, beyond: found.last, direction), db)
                }
                guard let head = streams[index].buffer.first else { continue }
                if let known = best, direction == .newestFirst ? known.sequence > head : known.sequence < head {
                    continue
                }
                best = (index, head)
            }
            guard let best else { break }
            streams[best.index].buffer.removeFirst()
            found.append(best.sequence)
        }
        return found
    }

    private mutating func fill(_ index: Int, _ portion: Int, _ range: ClosedRange<Int64>?, _ db: Database) throws {
        guard let range else {
            streams[index].isEnded = true
            return
        }
        let facet = streams[index].facet
        let order = direction == .newestFirst ? "DESC" : "ASC"
        var arguments: [Int64] = [facet.instance, facet.object, facet.change, facet.state]
        if let replay = facet.replay { arguments.append(replay) }
        let statement = try db.cachedStatement(
            sql: """
                SELECT sequence FROM event INDEXED BY \(facet.replay == nil ? "event_facet" : "event_replay")
                WHERE instance = ? AND object = ? AND change = ? AND state = ?\(facet.replay == nil ? "" : " AND replay = ?")
                AND sequence BETWEEN ? AND ? ORDER BY sequence \(order) LIMIT ?
                """
        )
        arguments += [range.lowerBound, range.upperBound, Int64(portion)]
        let sequences = try Int64.fetchAll(statement, arguments: StatementArguments(arguments))
        streams[index].buffer = sequences[...]
        if sequences.count < portion { streams[index].isEnded = true }
    }

    private static func rest(
        _ range: ClosedRange<Int64>,
        beyond last: Int64?,
        _ direction: PageRequest.Direction
    ) -> ClosedRange<Int64>? {
        guard let last else { return range }
        switch direction {
        case .newestFirst: return last - 1 >= range.lowerBound ? range.lowerBound...(last - 1) : nil
        case .oldestFirst: return last + 1 <= range.upperBound ? (last + 1)...range.upperBound : nil
        }
    }
}
