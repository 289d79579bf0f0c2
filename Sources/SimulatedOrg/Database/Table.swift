/// The committed rows of one object, with its recycle bin and its log of deletions.
struct Table: Sendable {
    /// One line of the log behind `/deleted`.
    struct Deletion: Sendable, Equatable {
        let id: String
        let date: Stamp
    }

    let type: ObjectType
    /// What stands in the id of the row with the number 0.
    let base: Int
    private(set) var rows: [RecordRow?] = []
    private(set) var index = StampIndex()
    private(set) var liveCount = 0
    private(set) var deletions: [Deletion] = []
    /// When the log of deletions was last purged.
    private(set) var earliestDateAvailable: Stamp?

    init(type: ObjectType, base: Int = 0) {
        self.type = type
        self.base = base
    }

    /// The id of the row with this number.
    func id(of number: Int) -> String { RecordID.make(prefix: type.keyPrefix, number: base + number) }

    /// The number of the row with this 15- or 18-character id; nil for one that is not of this table.
    func number(of id: String) -> Int? {
        RecordID.number(of: id, prefix: type.keyPrefix).flatMap { $0 < base ? nil : $0 - base }
    }

    /// Hands out the next row number; the row stays invisible until it is stored.
    mutating func allocate() -> Int {
        rows.append(nil)
        return rows.count - 1
    }

    func row(number: Int) -> RecordRow? {
        rows.indices.contains(number) ? rows[number] : nil
    }

    /// The row of this 15- or 18-character id.
    func row(id: String) -> RecordRow? {
        number(of: id).flatMap { row(number: $0) }
    }

    func contains(number: Int) -> Bool { rows.indices.contains(number) }

    /// Makes a committed write visible, in the rows and in the log of deletions.
    mutating func apply(_ write: Write) {
        let after = write.after
        switch write.operation {
        case .purge:
            if let before = write.before, !before.isDeleted {
                deletions.append(Deletion(id: before.id, date: after.stamp))
            }
            purge(number: after.number)
            return
        case .delete: deletions.append(Deletion(id: after.id, date: after.stamp))
        case .undelete: deletions.removeAll { $0.id == after.id }
        case .insert, .update, .touch: break
        }
        store(after)
    }

    /// Makes this state of a row the visible one.
    mutating func store(_ row: RecordRow) {
        if rows[row.number] == nil { liveCount += 1 }
        rows[row.number] = row
        index.insert(stamp: row.stamp, number: row.number)
        compactIfWorthwhile()
    }

    /// Removes a row physically, recycle bin and all.
    mutating func purge(number: Int) {
        guard contains(number: number), rows[number] != nil else { return }
        rows[number] = nil
        liveCount -= 1
        compactIfWorthwhile()
    }

    /// Forgets the deletions before a moment; the log is complete from then on only.
    mutating func purgeDeletions(before moment: Stamp) {
        deletions.removeAll { $0.date < moment }
        earliestDateAvailable = moment
    }

    /// The numbers of the rows stamped within this range, by stamp and id.
    func numbers(stamped range: ClosedRange<Stamp>) -> [Int] {
        index.slice(range).compactMap { entry in
            rows[entry.number]?.stamp == entry.stamp ? entry.number : nil
        }
    }

    private mutating func compactIfWorthwhile() {
        guard index.entries.count > 2 * liveCount + 4_096 else { return }
        let rows = rows
        index.compact { rows[$0.number]?.stamp == $0.stamp }
    }
}
