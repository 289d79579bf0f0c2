import ArgumentParser
import Drawing
import Interface
import Primitives

/// `signalbox keys`.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Every action of the dashboard with its keys.",
        discussion: """
            The keys are those of the configuration file where it has some: below “keys:”, the name of an action and a list of \
            keys, like “replay: [ctrl-r]”; an empty list unbinds it.
            """
    )

    @Flag(help: "One JSON object for each action, in a line of its own.")
    var json = false

    @OptionGroup var common: StoreArguments

    func run() throws {
        let table = try common.settings().actions
        for line in json ? table.jsonLines : table.textLines { try StandardStreams.printLine(line) }
    }
}

extension ActionTable {
    /// Name, keys, title and contexts of each action, in columns; the last ones may be many.
    var textLines: [String] {
        let head = ["ACTION", "KEYS", "DOES", "WORKS IN"]
        let rows = actions.map { action in
            [
                action.id.name, action.keys.isEmpty ? "-" : action.keys.map(\.name).joined(separator: " "),
                action.title, action.contexts.isEmpty ? "-" : action.contexts.map(\.name).joined(separator: ","),
            ]
        }
        let widths = (0..<3).map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
        return ([head] + rows).map { row in
            row.enumerated().map { column, text in
                column < widths.count ? text + String(repeating: " ", count: widths[column] - text.count) : text
            }.joined(separator: "  ")
        }
    }

    /// The same as JSON, an object a line.
    var jsonLines: [String] {
        actions.map { action in
            JSON.object([
                .init("name", .string(action.id.name)),
                .init("contexts", .array(action.contexts.map { .string($0.name) })),
                .init("keys", .array(action.keys.map { .string($0.name) })), .init("does", .string(action.title)),
            ]).line
        }
    }
}
