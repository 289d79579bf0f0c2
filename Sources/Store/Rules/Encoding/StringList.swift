import Domain
import Primitives

/// A list of texts as one column.
package enum StringList {
    package static func text(_ list: [String]) -> String { JSON.array(list.map { .string($0) }).text }

    package static func parse(_ text: String) -> [String] {
        ((try? JSON(parsing: text))?.array ?? []).compactMap(\.string)
    }
}
