import Domain
import Primitives

/// Reads ids and stamps of a window's records by key, page after page: no locator can die on the way.
struct NarrowRead: Sendable {
    /// A row as such a read shows it.
    struct Sighting: Sendable {
        let recordID: String
        let stamp: Timestamp
        let isDeleted: Bool
    }

    let window: StampWindow
    /// The last row that was read.
    private(set) var position: ChangeQuery.Position?
    private(set) var isDone = false
    /// Live rows by stamp.
    private(set) var live: [Timestamp: Int] = [:]
    private var trail = PageTrail()
    private let limit: Int

    init(_ window: StampWindow, limit: Int) {
        self.window = window
        self.limit = limit
    }

    var request: ObjectRequest { .narrow(window, after: position, limit: limit) }

    /// Takes a page; nil where it is no answer to the question.
    mutating func accept(_ page: QueryPage, stamp name: String) -> [Sighting]? {
        let before = position
        var sightings: [Sighting] = []
        sightings.reserveCapacity(page.rows.count)
        for row in page.rows {
            guard let id = row.identifier("Id"), let spelled = row.string("Id"), let stamp = row.timestamp(name),
                window.contains(stamp)
            else { return nil }
            let isDeleted = row.bool("IsDeleted") ?? false
            if !isDeleted { live[stamp, default: 0] += 1 }
            position = .init(stamp: stamp, recordID: spelled)
            sightings.append(Sighting(recordID: id, stamp: stamp, isDeleted: isDeleted))
        }
        trail.accept(page, from: before, to: position)
        // An org may end a page early; only one that is not full and says that it is the last is the last.
        if page.isDone, page.rows.count < limit {
            isDone = true
        } else if page.rows.isEmpty || !trail.leadsOn {
            return nil
        }
        return sightings
    }
}
