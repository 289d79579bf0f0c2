import Drawing
import Testing

@testable import Themes

struct ThemeFileTests {
    @Test("A user's theme builds on another and replaces what it names")
    func inheritance() throws {
        var catalog = ThemeCatalog.builtIn
        catalog.add(
            """
            name: mine
            inherits: midnight
            palette:
              coral: "#ff7f50"
            roles:
              status.fail: coral on night bold underline
              key: 202
              accent: bright-red
            """,
            file: "mine.yaml"
        )
        #expect(catalog.problems == [])
        let theme = try #require(catalog.theme(named: "mine"))
        let sheet = theme.styleSheet(depth: .truecolor)
        #expect(
            sheet.paint(of: .statusFail)
                == RolePaint(
                    foreground: .rgb(red: 255, green: 127, blue: 80),
                    background: .rgb(red: 0x16, green: 0x1B, blue: 0x2B),
                    attributes: [.bold, .underline]
                )
        )
        #expect(sheet.paint(of: .key).foreground == .indexed(202))
        #expect(sheet.paint(of: .accent).foreground == .ansi(9))
        #expect(
            sheet.paint(of: .title) == catalog.theme(named: "midnight")?.styleSheet(depth: .truecolor).paint(of: .title)
        )
    }

    @Test("Themes of the user build on each other in any order; a circle is named, and takes nothing with it")
    func order() throws {
        var catalog = ThemeCatalog.builtIn
        func theme(_ name: String, on base: String, _ text: String) -> (file: String, yaml: String) {
            ("\(name).yaml", "name: \(name)\ninherits: \(base)\nroles:\n  text: \(text)\n")
        }
        catalog.add([
            theme("a", on: "b", "red"), theme("b", on: "c", "green"), theme("c", on: "default", "blue"),
            theme("x", on: "y", "red"), theme("y", on: "x", "red"), ("z.yaml", "name: z\nroles:\n  text: purplish\n"),
        ])
        for (name, color) in [("a", 1), ("b", 2), ("c", 4)] {
            let sheet = try #require(catalog.theme(named: name)).styleSheet(depth: .sixteen)
            #expect(sheet.paint(of: .text).foreground == .ansi(UInt8(color)))
            #expect(sheet.paint(of: .statusFail) == catalog.standard.styleSheet(depth: .sixteen).paint(of: .statusFail))
        }
        #expect(catalog.problems.map(\.file).sorted() == ["x.yaml", "y.yaml", "z.yaml"])
        #expect(catalog.problems.allSatisfy { $0.line != nil })
        #expect(catalog.theme(named: "x") == nil)
        #expect(catalog.problem(ofThemeNamed: "z")?.line == 3 && catalog.problem(ofThemeNamed: "a") == nil)
    }

    @Test("A theme of a known name replaces it in place")
    func replacing() {
        var catalog = ThemeCatalog.builtIn
        let count = catalog.themes.count
        catalog.add("name: midnight\nroles:\n  text: red\n", file: "midnight.yaml")
        #expect(catalog.themes.count == count)
        #expect(catalog.theme(named: "midnight")?.styleSheet(depth: .sixteen).paint(of: .text).foreground == .ansi(1))
    }

    @Test(
        "A wrong file is refused with its line and what to write",
        arguments: [
            ("name: x\nroles:\n  text: purplish\n", 3, "“purplish” is no colour"),
            ("name: x\nroles:\n  text: red on\n", 3, "missing after “on”"),
            ("name: x\nroles:\n  text: red blue\n", 3, "one word too many"),
            ("name: x\ninherits: nothing\n", 2, "which is no theme, or builds on this one"),
            ("name: x\nroles:\n  text: #fff\n", 3, "needs quotes"),
            ("name: x\nroles: [a, b]\n", 2, "must map roles"),
            ("- a\n- b\n", 1, "must be a mapping"),
            ("name: x\n  broken: [\n", 2, "is not YAML"),
        ]
    )
    func wrong(yaml: String, line: Int, reason: String) throws {
        var catalog = ThemeCatalog.builtIn
        catalog.add(yaml, file: "mine.yaml")
        let problem = try #require(catalog.problems.first)
        #expect(problem.line == line, "\(problem)")
        #expect(problem.description.contains(reason), "\(problem)")
        #expect(problem.description.hasPrefix("mine.yaml, line"))
    }

    @Test(
        "What files for former versions say of their ground is passed over without a word",
        arguments: ["dark", "any"]
    )
    func ground(word: String) {
        var catalog = ThemeCatalog.builtIn
        catalog.add("name: x\nappearance: \(word)\nroles:\n  text: red\n", file: "x.yaml")
        #expect(catalog.problems.isEmpty && catalog.theme(named: "x") != nil)
    }

    @Test("Unknown roles and keys are named and passed over")
    func unknown() {
        var catalog = ThemeCatalog.builtIn
        catalog.add("name: x\nsparkle: 1\nroles:\n  text: red\n  hologram: blue\n", file: "x.yaml")
        #expect(catalog.theme(named: "x") != nil)
        #expect(catalog.problems.map(\.line) == [2, 5])
    }

    @Test("A file too large to be a theme is refused")
    func large() {
        var catalog = ThemeCatalog.builtIn
        catalog.add("# " + String(repeating: "x", count: 70_000), file: "x.yaml")
        #expect(catalog.problems.count == 1)
    }
}
