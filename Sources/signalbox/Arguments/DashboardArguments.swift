import ArgumentParser
import Terminal

/// Options of the screen.
struct DashboardArguments: ParsableArguments {
    /// What only a screen understands; other commands refuse it.
    static let keys: [SettingKey] = [.theme, .color, .ascii, .plain, .noMouse]

    @Option(help: ArgumentHelp("Theme by name; an unknown one lists all.", valueName: "name"))
    var theme: String?

    @Option(
        help: ArgumentHelp("auto, never, 16, 256 or truecolor (default: auto).", valueName: "depth"),
        completion: .list(ColorChoice.allCases.map(\.rawValue))
    )
    var color: String?

    @Flag(help: "Draw with ASCII only.")
    var ascii = false

    @Flag(help: "Print plain lines instead of drawing; also without a terminal.")
    var plain = false

    @Flag(name: .customLong("no-mouse"), help: "Leave the mouse to the terminal.")
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
