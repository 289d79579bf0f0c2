import Domain
import Drawing
import EngineAPI
import Primitives

extension State {
    mutating func openInstanceMenu() {
        let list = instances ?? []
        var items = list.map { overview in
            Menu.Item(
                title: overview.name,
                detail: overview.isDisabled ? "disabled" : overview.source.word,
                choice: .instance(overview.id)
            )
        }
        items.append(Menu.Item(title: "New instance…", choice: .newInstance))
        var menu = Menu(title: "Instances", items: items)
        menu.selection = list.firstIndex { $0.id == current } ?? list.count
        overlays.append(.menu(menu))
    }

    mutating func openThemeMenu() {
        let items = settings.themes.map { Menu.Item(title: $0, choice: .theme($0)) }
        var menu = Menu(title: "Themes", items: items)
        menu.selection = settings.themes.firstIndex(of: settings.theme) ?? 0
        menu.originalTheme = settings.theme
        overlays.append(.menu(menu))
    }

    mutating func openCopyMenu() -> [Command] {
        guard let event = selectedEvent else { return [] }
        events.pause()
        var items = [
            copyItem("Event id", event.eventID), copyItem("Record id", event.recordID),
        ]
        if let name = event.recordName { items.append(copyItem("Record name", name)) }
        if detail?.sequence == event.sequence, let loaded = detail?.detail {
            items.append(copyItem("Record as JSON", loaded.event.record))
            items.append(copyItem("Notification body", String(decoding: loaded.body, as: UTF8.self)))
        }
        overlays.append(.menu(Menu(title: "Copy", items: items)))
        return []
    }

    private func copyItem(_ title: String, _ text: String) -> Menu.Item {
        let what = title.prefix(1).lowercased() + title.dropFirst()
        return Menu.Item(title: title, detail: String(text.prefix(40)), choice: .copy(text, what: "the \(what)"))
    }

    /// Does what was chosen.
    mutating func choose(_ choice: Menu.Choice) -> [Command] {
        switch choice {
        case .instance(let id): return id == current ? [] : leaveForm(for: id)
        case .newInstance: return form.instance == nil ? [] : leaveForm(for: nil)
        case .theme(let name):
            settings.theme = name
            return [.setTheme(name)]
        case .copy(let text, let what): return [.copy(text, what: what)]
        }
    }
}
