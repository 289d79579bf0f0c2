import Domain
import Drawing
import EngineAPI

extension DashboardContext {
    /// What can be gone to by its name, beside the actions: saved filters, instances, themes.
    var destinations: [Finder.Item] {
        let filters = savedFilters.map { filter in
            Finder.Item(
                title: "Filter: \(filter.name)",
                note: DisplayText(filter.text, limit: 200),
                effect: .post(FilterChosen(text: filter.text)),
                isEnabled: instance != nil,
                isNamed: true
            )
        }
        let instances = (instances.list ?? []).map { instance in
            Finder.Item(
                title: "Go to \(instance.name)",
                note: instance.id == self.instances.current ? "shown" : DisplayText(instance.source.word),
                effect: .post(InstanceChosen(id: instance.id)),
                isNamed: true
            )
        }
        let themes = settings.themes.map { theme in
            Finder.Item(
                title: "Theme: \(theme)",
                note: theme == settings.theme ? "in use" : "",
                effect: .post(ThemeChosen(name: theme))
            )
        }
        return filters + instances + themes
    }
}
