import Drawing
import Testing

@testable import Themes

struct BuiltInThemeTests {
    static let themes = ThemeCatalog.builtIn.themes
    /// Roles that are words to read, not lines or pieces of charts.
    static let words = StyleRole.allCases.filter {
        ![.faint, .border, .borderFocus, .scrollbar, .chartLow, .chartMid, .chartHigh].contains($0)
    }

    @Test("All themes are embedded and read without complaint")
    func embedded() {
        #expect(ThemeCatalog.builtIn.problems == [])
        #expect(ThemeCatalog.builtIn.names.first == "default")
        for name in ["default", "midnight", "daylight", "high-contrast", "colour-blind", "mono"] {
            #expect(ThemeCatalog.builtIn.theme(named: name) != nil)
        }
        #expect(Self.themes.count >= 8)
        #expect(Self.themes.allSatisfy { !$0.summary.isEmpty })
    }

    @Test("Words have a contrast of 4.5 or more on every background of the theme", arguments: themes)
    func contrast(theme: Theme) {
        for depth in [ColorDepth.indexed, .truecolor] {
            let sheet = theme.styleSheet(depth: depth)
            for ground in [nil, StyleRole.overlay, .header, .footer] {
                for role in Self.words {
                    let paint = sheet.paint(for: Style(role, on: ground))
                    guard theme.hasOwnGround, let letters = paint.foreground.components,
                        let behind = paint.background.components
                    else { continue }
                    let ratio = letters.contrast(with: behind)
                    #expect(
                        ratio >= 4.5,
                        "\(theme.name) \(role) on \(String(describing: ground)) at \(depth): \(ratio)"
                    )
                }
            }
        }
    }

    /// Grounds that a terminal may have, with its letters on them: as xterm has them.
    static let terminals = [
        (ground: RGB(255, 255, 255), letters: RGB(0, 0, 0)), (ground: RGB(0, 0, 0), letters: RGB(229, 229, 229)),
    ]

    /// Of sixteen colours the values are xterm's. Only the default theme stands on the terminal's own ground; in it, and in the
    /// one for white paper, nothing goes missing, not even a hint in an empty field.
    @Test(
        "Words have a contrast of 3 or more wherever they stand, on a white terminal and on a black one",
        arguments: themes.filter { ["default", "daylight"].contains($0.name) },
        [ColorDepth.sixteen, .indexed, .truecolor]
    )
    func measured(theme: Theme, depth: ColorDepth) {
        let sheet = theme.styleSheet(depth: depth)
        let grounds = [nil, StyleRole.overlay, .header, .footer, .selection, .selectionInactive]
        let styles =
            grounds.flatMap { ground in (Self.words + [.faint]).map { Style($0, on: ground) } }
            // What can be written stands faintly in an empty field.
            + [.field, .fieldFocus, .fieldInvalid].flatMap { [Style($0), Style(.faint, on: $0)] }
        for (ground, letters) in Self.terminals {
            for style in styles {
                let paint = sheet.paint(for: style)
                var (front, back) = (paint.foreground.components ?? letters, paint.background.components ?? ground)
                if paint.attributes.contains(.reverse) { swap(&front, &back) }
                let ratio = front.contrast(with: back)
                let surface = style.ground?.rawValue ?? "its ground"
                #expect(ratio >= 3, "\(theme.name) \(style.role) on \(surface), \(ground) at \(depth): \(ratio)")
            }
        }
    }

    /// Faint words too: notes of a selected row, and what can be written into the empty field that has the focus.
    @Test(
        "Words have a contrast of 3 or more on the selection bar and in fields",
        arguments: themes.filter { $0.hasOwnGround }
    )
    func selection(theme: Theme) {
        let sheet = theme.styleSheet(depth: .truecolor)
        var styles: [Style] = [StyleRole.field, .fieldFocus, .fieldInvalid].map { Style(.faint, on: $0) }
        for role in Self.words + [.faint] {
            styles += [Style(role, on: .selection), Style(role, on: .selectionInactive)]
        }
        for style in styles {
            let paint = sheet.paint(for: style)
            guard let letters = paint.foreground.components, let behind = paint.background.components else { continue }
            let ratio = letters.contrast(with: behind)
            #expect(ratio >= 3, "\(theme.name) \(style.role) on \(String(describing: style.ground)): \(ratio)")
        }
    }

    @Test("Faint words stand back behind dim ones, and those behind plain ones", arguments: themes)
    func order(theme: Theme) {
        guard theme.hasOwnGround, theme.name != "high-contrast" else { return }
        let sheet = theme.styleSheet(depth: .truecolor)
        let ratios = [StyleRole.faint, .dim, .text].compactMap { role -> Double? in
            let paint = sheet.paint(for: Style(role))
            guard let letters = paint.foreground.components, let behind = paint.background.components else {
                return nil
            }
            return letters.contrast(with: behind)
        }
        for (lesser, greater) in zip(ratios, ratios.dropFirst()) { #expect(lesser * 1.15 < greater, "\(theme.name)") }
    }

    @Test("Every role resolves to colours of the depth", arguments: themes, ColorDepth.allCases)
    func depths(theme: Theme, depth: ColorDepth) {
        let sheet = theme.styleSheet(depth: depth)
        for role in StyleRole.allCases {
            let paint = sheet.paint(for: Style(role))
            for color in [paint.foreground, paint.background] {
                switch (color, depth) {
                case (.terminal, _), (.ansi, .sixteen), (.ansi, .indexed), (.ansi, .truecolor): break
                case (.indexed, .indexed), (.indexed, .truecolor), (.rgb, .truecolor): break
                default: Issue.record("\(theme.name) \(role): \(color) at \(depth)")
                }
            }
            let isVisible = paint.foreground != paint.background || paint.foreground == .terminal
            #expect(isVisible, "\(theme.name) \(role) at \(depth)")
        }
    }

    @Test("Success and failure differ for eyes without green cones", arguments: themes.filter { $0.hasOwnGround })
    func deuteranopia(theme: Theme) throws {
        let sheet = theme.styleSheet(depth: .truecolor)
        let good = try #require(sheet.paint(for: .statusOK).foreground.components)
        let bad = try #require(sheet.paint(for: .statusFail).foreground.components)
        let difference = good.seenWithDeuteranopia.difference(from: bad.seenWithDeuteranopia)
        #expect(difference >= (theme.name == "colour-blind" ? 0.2 : 0.08), "\(theme.name): \(difference)")
    }

    @Test("Without colours the selection, the focus and failures still differ from plain text")
    func mono() {
        let sheet = ThemeCatalog.builtIn.standard.styleSheet(depth: .mono)
        for role in [StyleRole.selection, .fieldFocus, .statusFail, .title, .toastFail, .match, .borderFocus] {
            #expect(!sheet.paint(for: Style(role)).attributes.isEmpty, "\(role)")
        }
        #expect(sheet.paint(for: .text) == Paint())
    }
}

extension Theme {
    /// Whether its letters stand on a colour of its own, not on the terminal's.
    fileprivate var hasOwnGround: Bool {
        styleSheet(depth: .truecolor).paint(for: Style(.text)).background != .terminal
    }
}
