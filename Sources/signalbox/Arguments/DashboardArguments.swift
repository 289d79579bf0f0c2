import ArgumentParser
import Terminal

/// Options of the screen.
struct DashboardArguments: ParsableArguments {
    /// What only a screen understands; other commands refuse it.
    static let keys: [SettingKey] = [.theme, .color, .ascii, .plain, .noMouse]

    @Option(name: .setting(.theme), help: .setting(.theme))
    var theme: String?

    @Option(name: .setting(.color), help: .setting(.color), completion: .list(ColorChoice.allCases.map(\.rawValue)))
    var color: String?

    @Flag(name: .setting(.ascii), help: .setting(.ascii))
    var ascii = false

    @Flag(name: .setting(.plain), help: .setting(.plain))
    var plain = false

    @Flag(name: .setting(.noMouse), help: .setting(.noMouse))
    var noMouse = false

    var values: [SettingKey: String] {
        var out: [SettingKey: String] = [:]
        out[.theme] = theme
        out[.color] = color
        if ascii { out[.ascii] = "true" }
        if plain { out[.plain] = "true" }
        if noMouse { out[.noMouse] = "true" }
        return out
    }
}
