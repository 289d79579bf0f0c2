import Domain
import GRDB

/// Several facets read by one statement, whose parts SQLite merges as it goes through an index: a statement for each facet
/// would cost a page more than all else of it.
struct MergedFacets {
    /// A statement has room for so many, so that a connection has few statements to keep; what is left of it finds nothing.
    /// With more, to prepare one costs more than it saves.
    private static let rooms = [2, 4, 8, 16, 32]

    private struct Kind: Hashable {
        let room: Int
        let isReplayed: Bool
        let direction: PageRequest.Direction
    }

    private let facets: [Facet]
    private let room: Int
    private let isReplayed: Bool

    /// Nil where they are too many, or of two indexes.
    init?(_ facets: [Facet]) {
        guard let room = Self.rooms.first(where: { $0 >= facets.count }) else { return nil }
        let isReplayed = facets.contains { $0.replay != nil }
        if isReplayed, facets.contains(where: { $0.replay == nil }) { return nil }
        self.facets = facets
        self.room = room
        self.isReplayed = isReplayed
    }

    func sequences(
        in range: ClosedRange<Int64>,
        _ direction: PageRequest.Direction,
        limit: Int,
        _ db: Database
    ) throws -> [Int64] {
        let kind = Kind(room: room, isReplayed: isReplayed, direction: direction)
        var values = Bindings(try db.cachedStatement(sql: Self.texts[kind] ?? Self.text(kind)))
        values.add(range.lowerBound)
        values.add(range.upperBound)
        values.add(limit)
        for facet in facets { values.add(facet) }
        let others = Self.columns(isReplayed).count - 1
        for _ in facets.count..<room {
            // No event is without an instance.
            values.add(nil as Int64?)
            for _ in 0..<others { values.add(0) }
        }
        var found: [Int64] = []
        try values.each(in: db) { found.append($0.integer(0)) }
        return found
    }

    /// Some kilobytes each, so that none is put together for a page.
    private static let texts: [Kind: String] = {
        var texts: [Kind: String] = [:]
        for room in Self.rooms {
            for isReplayed in [false, true] {
                for direction in [PageRequest.Direction.newestFirst, .oldestFirst] {
                    let kind = Kind(room: room, isReplayed: isReplayed, direction: direction)
                    texts[kind] = Self.text(kind)
                }
            }
        }
        return texts
    }()

    private static func text(_ kind: Kind) -> String {
        let columns = columns(kind.isReplayed)
        let index = kind.isReplayed ? "event_replay" : "event_facet"
        let parts = (0..<kind.room).map { place in
            let key = columns.enumerated().map { "\($0.element) = ?\(4 + place * columns.count + $0.offset)" }
            return """
                SELECT sequence FROM event INDEXED BY \(index) WHERE \(key.joined(separator: " AND "))
                AND sequence BETWEEN ?1 AND ?2
                """
        }
        let order = kind.direction == .newestFirst ? "DESC" : "ASC"
        return parts.joined(separator: " UNION ALL ") + " ORDER BY 1 \(order) LIMIT ?3"
    }

    /// As `Bindings` adds a facet.
    private static func columns(_ isReplayed: Bool) -> [String] {
        ["instance", "object", "change", "state"] + (isReplayed ? ["replay"] : [])
    }
}
