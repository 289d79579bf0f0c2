import Primitives
import TestSupport

/// The keys of the dashboard's actions, as the program itself lists them: a journey names what it does, whatever key that is on.
enum ActionKeys {
    private static let all = Task { () throws -> [String: String] in
        let listed = try await Program.run(["keys", "--json"])
        let actions = try listed.lines.map { try JSON(parsing: $0) }
        return actions.reduce(into: [:]) { keys, action in
            guard let name = action["name"]?.string, let key = action["keys"]?.array?.first?.string else { return }
            keys[name] = key
        }
    }

    /// The first key of an action, by tmux's name.
    static func key(of action: String) async throws -> String {
        guard let key = try await all.value[action] else { throw TimedOut(description: "no key does “\(action)”") }
        let named = ["space": "Space", "enter": "Enter", "esc": "Escape", "tab": "Tab", "plus": "+", "up": "Up"]
        return named[key] ?? (key.hasPrefix("ctrl+") ? "C-" + key.dropFirst(5) : key)
    }
}

extension Tmux {
    /// Presses the key of an action, by its name in the configuration file.
    func perform(_ action: String) async throws { await press(try await ActionKeys.key(of: action)) }
}
