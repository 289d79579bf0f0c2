import Domain
import Drawing

/// What the rows needed that went by while the list followed.
struct SteadyColumns: Sendable {
    /// What they went by in.
    struct Key: Sendable, Hashable {
        let width: Int
        /// As it was typed: times in it move on.
        let filter: String
        let instances: Set<InstanceID>
    }

    let key: Key
    let newest: Int64?
    let content: ColumnLayout.Content
}

/// The columns of the event list as they fit into its width; where room is short they go in a fixed order.
struct ColumnLayout: Sendable, Hashable {
    struct Column: Sendable, Hashable {
        let kind: EventColumn
        var width: Int
    }

    /// What the rows on the screen need.
    struct Content: Sendable, Hashable {
        /// The widest name of a record.
        var record = 0
        /// The same with what changed beside it.
        var recordWithNotes = 0
        var object = 0
        /// The widest of what the callback's column says in short, marks with a status or a word; 0 where it says nothing.
        var callback = ColumnLayout.roomyCallback

        /// As much as either needs.
        mutating func formUnion(_ other: Content) {
            record = max(record, other.record)
            recordWithNotes = max(recordWithNotes, other.recordWithNotes)
            object = max(object, other.object)
            callback = max(callback, other.callback)
        }
    }

    static let gap = 2
    /// What is left of the record at least.
    private static let leastRecord = 8
    private static let widestObject = 40
    /// From here on the callback's column has room for more than marks and words.
    static let roomyCallback = 16

    private(set) var columns: [Column]
    /// What changed stands at the right of the record.
    let showsFields: Bool

    init(width: Int, _ choice: ColumnChoice = .standard, content: Content? = nil) {
        var entries = choice.entries.filter { width >= $0.column.narrowest }
        if entries.isEmpty { entries = choice.entries }
        func room(_ entries: [ColumnChoice.Entry]) -> Int {
            let fixed = entries.compactMap { entry in
                entry.column == .record ? nil : entry.width ?? entry.column.width(in: width)
            }
            return width - fixed.reduce(0, +) - (entries.count - 1) * Self.gap
        }
        while entries.count > 1,
            room(entries) < (entries.contains { $0.column == .record } ? Self.leastRecord : 0),
            let least = entries.indices.max(by: { entries[$0].column.expendability < entries[$1].column.expendability })
        {
            entries.remove(at: least)
        }
        let left = max(0, room(entries))
        columns = entries.map { entry in
            let own = entry.column.width(in: width)
            return Column(
                kind: entry.column,
                width: min(max(0, width), own == nil ? min(entry.width ?? left, left) : entry.width ?? own ?? 0)
            )
        }
        showsFields = width >= 56 && choice[.fields] == nil
        if let content { fit(content, choice) }
    }

    /// Gives what stands empty in one column to what is cut in another, unless somebody has sized them.
    private mutating func fit(_ content: Content, _ choice: ColumnChoice) {
        guard let record = index(.record), choice[.record]?.width == nil else { return }
        func shift(_ count: Int, from: Int, to: Int) {
            guard count > 0 else { return }
            columns[from].width -= count
            columns[to].width += count
        }
        if let object = index(.object), choice[.object]?.width == nil {
            let head = EventColumn.object.head.width
            let spare = columns[object].width - max(head, content.object)
            shift(min(spare, content.record - columns[record].width), from: object, to: record)
            let lacking = min(content.object, Self.widestObject) - columns[object].width
            shift(min(lacking, columns[record].width - content.recordWithNotes), from: record, to: object)
        }
        if let callback = index(.callback), choice[.callback]?.width == nil {
            // In a narrow list a name tells more than the words of a delivery; in a wide one its time still has room.
            let isShort = content.callback == 0 || columns[callback].width < Self.roomyCallback
            let least = isShort ? content.callback : max(Self.roomyCallback, content.callback)
            let spare = columns[callback].width - max(EventColumn.callback.head.width, least)
            shift(min(spare, content.record - columns[record].width), from: callback, to: record)
        }
    }

    private func index(_ kind: EventColumn) -> Int? { columns.firstIndex { $0.kind == kind } }

    /// The columns of one; 0 where it has no room.
    subscript(_ kind: EventColumn) -> Int { index(kind).map { columns[$0].width } ?? 0 }

    var callback: Int { self[.callback] }
    /// Whether the callback's milliseconds have room.
    var showsMilliseconds: Bool { callback >= Self.roomyCallback }

    /// Where each column stands in a row.
    func places(in row: Rect) -> [(kind: EventColumn, place: Rect)] {
        var x = row.x
        return columns.map { column in
            defer { x += column.width + Self.gap }
            return (column.kind, Rect(x: x, y: row.y, width: min(column.width, max(0, row.maxX - x)), height: 1))
        }
    }
}
