import Drawing

/// The columns of the event list; where room is short they go in a fixed order.
struct EventColumns: Sendable, Hashable {
    let time: Int
    let change: Int
    let object: Int
    let record: Int
    /// `+2 fields`, at the right of the record.
    let showsFields: Bool
    let callback: Int
    /// Whether the callback's milliseconds have room.
    let showsMilliseconds: Bool

    static let gap = 2

    init(width: Int) {
        showsMilliseconds = width >= 64
        showsFields = width >= 56
        callback = width >= 64 ? 20 : width >= 52 ? 12 : 10
        object = width >= 90 ? 18 : width >= 64 ? 12 : width >= 52 ? 9 : 0
        time = width >= 44 ? 8 : 0
        change = 7
        let fixed = [time, change, object, callback].filter { $0 > 0 }
        record = max(0, width - fixed.reduce(0, +) - fixed.count * Self.gap)
    }

    /// Where each column stands in a row: time, change, object, record, callback.
    func places(in row: Rect) -> (time: Rect, change: Rect, object: Rect, record: Rect, callback: Rect) {
        var x = row.x
        func next(_ width: Int) -> Rect {
            defer { x += width > 0 ? width + Self.gap : 0 }
            return Rect(x: x, y: row.y, width: min(width, max(0, row.maxX - x)), height: 1)
        }
        return (next(time), next(change), next(object), next(record), next(callback))
    }
}
