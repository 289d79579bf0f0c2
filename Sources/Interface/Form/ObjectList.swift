import Domain
import Primitives

/// The objects to monitor: a checklist of what the org has, and free text for what it doesn't show.
struct ObjectList: Sendable, Hashable {
    /// What is known of the org's objects.
    enum Catalog: Sendable, Hashable {
        case unknown
        case loading
        case loaded
        case failed(String)
    }

    struct Entry: Sendable, Hashable {
        let name: String
        let label: String?
        /// The org's describe has it.
        let isKnown: Bool
        /// Why it can't be watched although it exists.
        let obstacle: String?
    }

    private(set) var catalog = Catalog.unknown
    /// Chosen names, in the order in which they are sent.
    private(set) var chosen: [String]
    /// Everything that can be ticked; the order changes only when the catalogue is loaded.
    private(set) var entries: [Entry]
    private var described: [ObjectDescription] = []
    var filter = TextField()
    /// Whether something was ticked or cleared with the filter as it stands: then that is what it was typed for.
    private var isFilterUsed = false
    /// The name under the cursor.
    private(set) var cursor = 0
    private(set) var top = 0
    /// Rows that the screen shows.
    private(set) var rows = ObjectList.leastRows
    static let leastRows = 6

    init(_ chosen: [String]) {
        self.chosen = chosen.isEmpty ? InstanceConfiguration.defaultObjects : chosen
        entries = self.chosen.map { Entry(name: $0, label: nil, isKnown: true, obstacle: nil) }
    }

    /// The chosen objects as the configuration stores them.
    var value: [String] { chosen }

    func isChosen(_ name: String) -> Bool { chosen.contains { $0.lowercased() == name.lowercased() } }

    mutating func startLoading() { catalog = .loading }
    mutating func fail(_ reason: String) { catalog = .failed(reason) }

    /// Lets the org be asked again, if it could not answer.
    mutating func retryAfterFailure() { if case .failed = catalog { catalog = .unknown } }

    /// Applies the org's describe: chosen objects first, then the usual ones, then the rest by name.
    mutating func load(_ objects: [ObjectDescription]) {
        catalog = .loaded
        described = objects
        rebuild()
    }

    /// Replaces what is chosen, keeping the catalogue.
    mutating func choose(_ names: [String]) {
        chosen = names.isEmpty ? InstanceConfiguration.defaultObjects : names
        rebuild()
    }

    private mutating func rebuild() {
        let before = shown
        let current = before.indices.contains(cursor) ? before[cursor].name.lowercased() : nil
        let byName = Dictionary(described.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        var names: [String] = []
        func add(_ name: String) { if seen.insert(name.lowercased()).inserted { names.append(name) } }
        chosen.forEach(add)
        InstanceConfiguration.defaultObjects.filter { byName[$0.lowercased()] != nil }.forEach(add)
        described.filter { $0.isQueryable && $0.isReplicateable }.map(\.name).sorted().forEach(add)
        entries = names.map { name in
            let object = byName[name.lowercased()]
            let obstacle = object.flatMap { object -> String? in
                object.isQueryable ? object.isReplicateable ? nil : "not replicateable" : "not queryable"
            }
            return Entry(
                name: object?.name ?? name,
                label: object?.label,
                isKnown: object != nil || catalog != .loaded,
                obstacle: obstacle
            )
        }
        // The cursor stays on its name, wherever that stands by now.
        let after = shown
        cursor = after.firstIndex { $0.name.lowercased() == current } ?? min(cursor, max(0, after.count - 1))
        reveal()
    }

    /// The entries that the filter lets through.
    var shown: [Entry] {
        let needle = filter.text.trimmed.lowercased()
        guard !needle.isEmpty else { return entries }
        return entries.filter {
            $0.name.lowercased().contains(needle) || ($0.label?.lowercased().contains(needle) ?? false)
        }
    }

    /// What can be done about a name that is typed and not in the list; nil without one.
    func offer(key: String) -> String? {
        let typed = filter.text.trimmed
        guard !typed.isEmpty else { return nil }
        if catalog == .loaded { return "The org shows no such object. \(key) adds what is typed." }
        // Nobody knows yet what the org has.
        let name = typed.prefix(60).visible
        return "\(key) adds \u{201C}\(name)\u{201D}; whether the org has it shows once it is connected."
    }

    /// `4 of 12`, or only how many while the org's objects aren't known.
    var countText: String { catalog == .loaded ? "\(chosen.count) of \(entries.count)" : "\(chosen.count) chosen" }

    var visibleRange: Range<Int> {
        let count = shown.count
        let first = min(max(0, top), max(0, count - rows))
        return first..<min(count, first + rows)
    }

    /// Entries above and below those that are shown.
    var hidden: (above: Int, below: Int) {
        let visible = visibleRange
        return (visible.lowerBound, shown.count - visible.upperBound)
    }

    /// Moves the cursor; false at the ends, so that the focus can go on to the next field.
    mutating func move(by rows: Int) -> Bool {
        let count = shown.count
        let target = cursor + rows
        guard abs(rows) > 1 || (0..<count).contains(target) else { return false }
        cursor = min(max(0, target), max(0, count - 1))
        reveal()
        return true
    }

    mutating func moveToStart() {
        cursor = 0
        reveal()
    }

    mutating func moveToEnd() {
        cursor = max(0, shown.count - 1)
        reveal()
    }

    /// Shows so many rows, as far as that leaves the least.
    mutating func fit(rows: Int) {
        let rows = max(Self.leastRows, rows)
        guard rows != self.rows else { return }
        self.rows = rows
        reveal()
    }

    private mutating func reveal() {
        let first = visibleRange.lowerBound
        if cursor < first {
            top = cursor
        } else if cursor >= first + rows {
            top = cursor - rows + 1
        } else {
            top = first
        }
    }

    mutating func scroll(by step: Int) {
        top = min(max(0, visibleRange.lowerBound + step), max(0, shown.count - rows))
        cursor = min(max(cursor, visibleRange.lowerBound), max(visibleRange.lowerBound, visibleRange.upperBound - 1))
    }

    mutating func toggle(at index: Int) {
        let shown = shown
        guard shown.indices.contains(index) else { return }
        cursor = index
        isFilterUsed = true
        let name = shown[index].name
        if isChosen(name) {
            chosen.removeAll { $0.lowercased() == name.lowercased() }
        } else {
            chosen.append(name)
        }
    }

    /// Ticks everything that is shown, or clears it if all of it is ticked.
    mutating func toggleAll() {
        let names = shown.map(\.name)
        if !names.isEmpty { isFilterUsed = true }
        if names.allSatisfy(isChosen) {
            let gone = Set(names.map { $0.lowercased() })
            chosen.removeAll { gone.contains($0.lowercased()) }
        } else {
            for name in names where !isChosen(name) { chosen.append(name) }
        }
    }

    /// Adds the names typed into the filter, parted by commas; what is wrong with them, if anything.
    mutating func addTyped() -> String? {
        let names = InstanceConfiguration.objectNames(.string(filter.text))
        guard !names.isEmpty else { return nil }
        if let wrong = names.first(where: { !InstanceConfiguration.isObjectName($0) }) {
            return
                "\u{201C}\(wrong.prefix(40).visible)\u{201D} can't be an object name; use API names like Account or Invoice__c."
        }
        for name in names where !isChosen(name) {
            let known = entries.first { $0.name.lowercased() == name.lowercased() }
            chosen.append(known?.name ?? name)
            if known == nil {
                let entry = Entry(name: name, label: nil, isKnown: catalog != .loaded, obstacle: nil)
                entries.insert(entry, at: 0)
            }
        }
        filter = TextField()
        moveToStart()
        if let first = names.first, let index = shown.firstIndex(where: { $0.name.lowercased() == first.lowercased() })
        {
            cursor = index
            reveal()
        }
        return nil
    }

    /// Whether a name is typed that nobody has listed yet: until it is known what the org has, another one that contains it
    /// is not what was meant.
    var isNameTyped: Bool {
        let typed = filter.text.trimmed
        return catalog != .loaded && InstanceConfiguration.isObjectName(typed) && !isListed(typed)
    }

    private func isListed(_ name: String) -> Bool { entries.contains { $0.name.lowercased() == name.lowercased() } }

    /// The place of the only entry that what is typed can mean.
    var onlyMatch: Int? { shown.count == 1 && !filter.text.contains(",") && !isNameTyped ? 0 : nil }

    /// What was typed as a name and has not been added: it is none of those that are shown, or one that is not ticked.
    var pending: String? {
        let typed = filter.text.trimmed
        guard !typed.isEmpty, !isFilterUsed else { return nil }
        let shown = shown
        let isName = shown.contains { $0.name.lowercased() == typed.lowercased() } && !isChosen(typed)
        return shown.isEmpty || isName || isNameTyped ? typed : nil
    }

    mutating func filterChanged() {
        isFilterUsed = false
        cursor = 0
        top = 0
    }
}
