import Primitives

/// The URLs that replays went to, beside the callback's own.
struct URLMemory: MemoryPart {
    static let name = "replay-urls"
    static let longestHistory = 50
    /// In characters; a longer one is not kept.
    static let longestText = 2000

    /// The newest last.
    private(set) var history: [String] = []

    init() {}

    init(_ json: JSON) { for text in json["history"]?.array ?? [] { if let text = text.string { record(text) } } }

    var json: JSON { ["history": .array(history.map { .string($0) })] }

    /// Puts a URL at the end, and out of its former place.
    mutating func record(_ url: String) {
        guard !url.isEmpty, url.count <= Self.longestText, !url.contains(where: \.isNewline) else { return }
        history.removeAll { $0 == url }
        history.append(url)
        if history.count > Self.longestHistory { history.removeFirst() }
    }
}
