import Drawing
import TestSupport
import Testing

@testable import Themes

struct HostileThemeTests {
    @Test func `theme files of any kind are read or refused in one sentence`() async {
        let parts = [
            "name: ", "x\n", "roles:\n", "  text: ", "palette:\n", "  ink: ", "\"#12345g\"", "\"#ffffff\"", "256",
            "255",
            "-1", " on ", "bold", "&a ", "*a", "- ", "[", "]", "{", "}", "\n", "? ", "!!int ", "| \n", "inherits: ",
            ": ",
        ]
        await Fuzz.run("themes", rounds: 1500) { hostile, note in
            let text = String(decoding: hostile.damaged(hostile.words(of: parts, atMost: 30)), as: UTF8.self)
            note(text)
            read(text)
        }
    }

    static let deep: [String] = ["[", "{", "- ", "? ", "{a: ", "[[["]

    @Test(arguments: deep) func `deep nesting ends nothing`(_ step: String) {
        read("roles: " + String(repeating: step, count: 20_000 / step.utf8.count))
        read(String(repeating: step, count: 60_000 / step.utf8.count))
    }

    private func read(_ yaml: String) {
        do {
            _ = try ThemeFile(yaml: yaml, file: "hostile") { _ in [:] }
        } catch {
            #expect(!error.description.isEmpty)
            #expect(!error.description.contains("\n"))
        }
    }
}
