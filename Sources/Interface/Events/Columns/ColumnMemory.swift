import Primitives

/// The columns that somebody chose in the dashboard.
struct ColumnMemory: MemoryPart {
    static let name = "columns"

    /// Nil: those of the configuration file, or the standard ones.
    var choice: ColumnChoice?

    init() {}

    init(_ choice: ColumnChoice?) { self.choice = choice }

    init(_ json: JSON) {
        let entries = (json.array ?? []).prefix(100).compactMap { entry -> ColumnChoice.Entry? in
            guard let name = entry["name"]?.string, let column = EventColumn(rawValue: name) else { return nil }
            return .init(column, width: entry["width"]?.integer.flatMap { Int(exactly: $0) })
        }
        choice = entries.isEmpty ? nil : ColumnChoice(entries)
    }

    var json: JSON {
        let entries = (choice?.entries ?? []).map { entry in
            var members = [JSON.Member("name", .string(entry.column.rawValue))]
            if let width = entry.width { members.append(JSON.Member("width", .integer(width))) }
            return JSON.object(members)
        }
        return .array(entries)
    }
}
