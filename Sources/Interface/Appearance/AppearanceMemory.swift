import Primitives

/// The theme that a person chose.
struct AppearanceMemory: MemoryPart {
    static let name = "appearance"
    private static let longestName = 200

    var theme: String?

    init() {}
    init(theme: String) { self.theme = theme }

    init(_ json: JSON) {
        guard let name = json["theme"]?.string, !name.isEmpty, name.utf8.count <= Self.longestName else { return }
        theme = name
    }

    var json: JSON { .object(theme.map { [JSON.Member("theme", .string($0))] } ?? []) }
}

extension DashboardMemory {
    /// The theme that a person chose last; it may be gone since.
    package var theme: String? { self[AppearanceMemory.self].theme }
}
