import Domain
import Primitives

/// The filters that were kept before, and those that have names.
struct FilterMemory: MemoryPart {
    static let name = "filters"
    static let longestHistory = 100
    static let mostSaved = 100

    /// The newest last.
    private(set) var history: [String] = []
    /// By name.
    private(set) var saved: [SavedFilter] = []

    init() {}

    init(_ json: JSON) {
        for text in json["history"]?.array ?? [] { if let text = text.string { record(text) } }
        for member in json["saved"]?.members ?? [] {
            guard let text = member.value.string else { continue }
            save(SavedFilter(name: member.name.trimmed, text: text))
        }
    }

    var json: JSON {
        [
            "history": .array(history.map { .string($0) }),
            "saved": .object(saved.map { JSON.Member($0.name, .string($0.text)) }),
        ]
    }

    /// Puts a filter at the end, and out of its former place.
    mutating func record(_ text: String) {
        // A longer one holds while it is shown, and is not kept.
        guard !text.isEmpty, text.count <= SavedFilter.longestText, !text.contains(where: \.isNewline) else { return }
        history.removeAll { $0 == text }
        history.append(text)
        if history.count > Self.longestHistory { history.removeFirst() }
    }

    /// Takes the place of one with that name. One without a name or a text, and one too many, is left out; what the text says
    /// is read when it is chosen, and then shown with its fault.
    mutating func save(_ filter: SavedFilter) {
        guard filter.formFault == nil else { return }
        deleteSaved(filter.name)
        guard saved.count < Self.mostSaved else { return }
        saved.append(filter)
        saved.sort { $0.name < $1.name }
    }

    mutating func deleteSaved(_ name: String) { saved.removeAll { $0.name == name } }
}
