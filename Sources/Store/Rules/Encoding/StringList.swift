import Domain
import Primitives

/// A list of texts as one column.
enum StringList {
    static func text(_ list: [String]) -> String { JSON.array(list.map { .string($0) }).text }

    static func parse(_ text: String) -> [String] {
        ((try? JSON(parsing: text))?.array ?? []).compactMap(\.string)
    }
}
