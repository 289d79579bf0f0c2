import Drawing

extension ActionID {
    static let themes = ActionID("themes")
    static let toggleMouse = ActionID("toggle-mouse")
    static let redraw = ActionID("redraw")
}

/// How the dashboard looks, and whose the mouse is.
struct AppearanceFeature: Feature {
    static let actions: [Action] = [
        Action(.themes, [.character("T")], "Choose a theme", hint: "themes"),
        Action(.toggleMouse, [.character("M")], "Take the mouse or leave it to the terminal", hint: "mouse"),
        Action(.redraw, [], "Repaint the screen", hint: "repaint"),
    ]

    mutating func perform(_ action: ActionID, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        switch action {
        case .themes: effects.open(Self.menu(context.settings))
        case .toggleMouse:
            let isReported = !context.settings.reportsMouse
            effects.add([.reportMouse(isReported)])
            effects.say(
                .info,
                isReported ? "The mouse works here; Shift+drag selects text." : "The mouse selects text."
            )
        case .redraw: effects.send(.redraw)
        default: return false
        }
        return true
    }

    /// A theme is seen while one moves over its name.
    private static func menu(_ settings: DashboardSettings) -> Menu {
        Menu(
            title: "Themes",
            items: settings.themes.map { name in
                let isPresent = name == settings.theme
                return Menu.Item(
                    title: name,
                    detail: isPresent ? "now" : "",
                    choice: .post(ThemeChosen(name: name)),
                    preview: .command(.setTheme(name))
                )
            },
            selection: settings.themes.firstIndex(of: settings.theme) ?? 0
        )
    }

    mutating func receive(_ event: any DashboardEvent, _ context: DashboardContext, _ effects: inout Effects) {
        guard let chosen = event as? ThemeChosen else { return }
        if chosen.name != context.settings.theme { effects.send(.setTheme(chosen.name)) }
        effects.remember(AppearanceMemory(theme: chosen.name))
        guard let given = context.settings.givenTheme, given != chosen.name else { return }
        effects.say(
            .info,
            "Kept, but --theme, SIGNALBOX_THEME or the configuration file gives “\(given)”, which goes before it."
        )
    }
}

/// Posted by the menu of themes.
struct ThemeChosen: DashboardEvent {
    let name: String
}
