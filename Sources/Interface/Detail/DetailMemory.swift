import Domain
import EngineAPI
import Primitives

/// What a person last made of the detail: whether it is open, and the tab that they chose for each kind of event.
struct DetailMemory: MemoryPart {
    static let name = "detail"

    var isOpen = false
    /// The tab of the events of a kind; of a kind without one, the one that tells most.
    private(set) var tabs: [Change: DetailTab] = [:]

    init() {}

    init(_ json: JSON) {
        isOpen = json["open"]?.bool ?? false
        for change in Change.allCases {
            tabs[change] = json["tabs"]?[Self.key(change)]?.string.flatMap(DetailTab.init(name:))
        }
    }

    var json: JSON {
        let tabs = Change.allCases.compactMap { change in
            self.tabs[change].map { JSON.Member(Self.key(change), .string($0.name)) }
        }
        return .object([.init("open", .bool(isOpen)), .init("tabs", .object(tabs))])
    }

    private static func key(_ change: Change) -> String { change.rawValue.lowercased() }

    mutating func choose(_ tab: DetailTab, for change: Change) { tabs[change] = tab }

    /// The tab on which an event opens. Where nothing is known to have changed, Changes would say nothing.
    func tab(of change: Change, hasChanges: Bool) -> DetailTab {
        let standard = change == .updated && hasChanges ? DetailTab.changes : .record
        let tab = tabs[change] ?? standard
        return tab == .changes && !hasChanges ? standard : tab
    }
}
