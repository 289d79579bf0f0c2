import Drawing
import Interface
import Primitives
import Testing

@testable import signalbox

/// `keys:` of the configuration file.
struct KeySectionTests {
    private func actions(_ yaml: String) throws -> ActionTable {
        let file = try ConfigurationFile(path: "/c.yaml", yaml: yaml)
        return try Settings.resolve(options: [:], environment: ["HOME": "/home/ada"], file: file).actions
    }

    @Test func `the list replaces an action's keys, an empty one unbinds it, and one key needs no list`() throws {
        let table = try actions("theme: mono\nkeys:\n  replay: [R, ctrl-r]\n  help: [f1]\n  quit: []\n  follow: F\n")
        #expect(table[named: "replay"]?.keys == [.character("R"), .ctrl("r")])
        #expect(table[named: "help"]?.keys == [.function(1)])
        #expect(table[named: "quit"]?.keys == [])
        #expect(table[named: "follow"]?.keys == [.character("F")])
        #expect(try actions("keys:\n") == .standard)
        #expect(try actions("") == .standard)
    }

    @Test func `every action's own keys can be written in the file`() throws {
        let rows = ActionTable.standard.actions.map { action in
            "  \(action.id.name): [\(action.keys.map { "\"\($0.name)\"" }.joined(separator: ", "))]\n"
        }
        #expect(try actions("keys:\n" + rows.joined()) == .standard)
    }

    @Test(arguments: [
        ("keys:\n  replai: [z]\n", "Unknown action “replai” in line 2 of /c.yaml; did you mean replay?"),
        ("theme: mono\nkeys:\n  zzzzzzzzzz: [z]\n", "in line 3 of /c.yaml; “signalbox keys” lists them all."),
        (
            "keys:\n  help: [f1]\n  replay:\n  - ctrl-r\n  - hyper-r\n",
            "Unknown key “hyper-r” in line 5 of /c.yaml; write"
        ),
        (
            "keys:\n  replay: [f]\n",
            "The key f of replay in line 2 of /c.yaml means follow already (Events); choose another"
        ),
        ("keys:\n  replay: [q]\n", "The key q of replay in line 2 of /c.yaml means quit already"),
        ("keys:\n  replay: [z]\n  copy: [z]\n", "means"),
        ("keys:\n  replay: {a: b}\n", "replay in line 2 of /c.yaml takes a list of keys, like"),
        ("keys:\n  replay:\n", "replay in line 2 of /c.yaml takes a list of keys, like"),
        ("keys: [r]\n", "keys in line 1 of /c.yaml maps names of actions to lists of keys"),
        ("keys: r\n", "keys in line 1 of /c.yaml maps names of actions to lists of keys"),
        ("keyz:\n  replay: [z]\n", "did you mean keys?"),
    ])
    func `what can't be used is refused with file, line and the way out`(yaml: String, sentence: String) {
        #expect {
            _ = try actions(yaml)
        } throws: { "\($0)".contains(sentence) }
    }

    @Test func `the list of actions says name, places, keys and meaning of each`() throws {
        let table = try actions("keys:\n  replay: [f5]\n")
        let lines = table.textLines
        #expect(lines.count == table.actions.count + 1)
        // What may be long pushes nothing out of sight.
        #expect(lines.first?.hasSuffix("WORKS IN") == true)
        #expect(lines.contains { $0.hasPrefix("replay ") && $0.contains(" f5 ") && $0.contains("events,detail") })
        let objects = try table.jsonLines.map { try JSON(parsing: $0) }
        #expect(objects.count == table.actions.count)
        let replay = objects.first { $0["name"]?.string == "replay" }
        #expect(replay?["keys"] == ["f5"] && replay?["contexts"] == ["events", "detail"])
        #expect(replay?["does"]?.string == "Replay the selected event, or the marked ones")
    }
}
