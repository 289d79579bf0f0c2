import Primitives

/// The filters that were kept before.
struct FilterMemory: MemoryPart {
    static let name = "filters"
    static let longestHistory = 100
    /// In characters; a longer one holds while it is shown, and is not kept.
    static let longestText = 1000

    /// The newest last.
    private(set) var history: [String] = []

    init() {}

    init(_ json: JSON) { for text in json["history"]?.array ?? [] { if let text = text.string { record(text) } } }

    var json: JSON { ["history": .array(history.map { .string($0) })] }

    /// Puts a filter at the end, and out of its former place.
    mutating func record(_ text: String) {
        guard !text.isEmpty, text.count <= Self.longestText, !text.contains(where: \.isNewline) else { return }
        history.removeAll { $0 == text }
        history.append(text)
        if history.count > Self.longestHistory { history.removeFirst() }
    }
}
