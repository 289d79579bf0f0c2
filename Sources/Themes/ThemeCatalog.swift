import Drawing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// All themes there are: those built in and those of the user.
package struct ThemeCatalog: Sendable {
    /// In the order in which they are offered.
    package private(set) var themes: [Theme] = []
    /// What was passed over or couldn't be read, each in one sentence; nothing of it stops the program.
    package private(set) var problems: [ThemeProblem] = []
    private var palettes: [String: [String: Color]] = [:]

    /// The themes that are part of the program.
    package static let builtIn = ThemeCatalog()

    /// Reads the built-in themes and then the `.yaml` files of a folder; one that bears a known name replaces it.
    package init(userFolder: String? = nil) {
        for (file, bytes) in Self.embedded { add(String(decoding: bytes, as: UTF8.self), file: file) }
        guard let userFolder, let files = try? FileManager.default.contentsOfDirectory(atPath: userFolder) else {
            return
        }
        var texts: [(file: String, yaml: String)] = []
        for file in files.sorted() where file.hasSuffix(".yaml") || file.hasSuffix(".yml") {
            guard let data = FileManager.default.contents(atPath: "\(userFolder)/\(file)") else {
                problems.append(ThemeProblem(file: file, reason: "can't be read"))
                continue
            }
            texts.append((file, String(decoding: data, as: UTF8.self)))
        }
        add(texts)
    }

    /// Reads themes that may build on each other in any order.
    package mutating func add(_ texts: [(file: String, yaml: String)]) {
        var waiting = texts
        var hasGrown = true
        while hasGrown, !waiting.isEmpty {
            hasGrown = false
            for text in waiting {
                var grown = self
                grown.add(text.yaml, file: text.file)
                // What it inherits may be in a file that comes later.
                if grown.problems.last?.isMissingBase == true, grown.problems.count > problems.count { continue }
                self = grown
                waiting.removeAll { $0.file == text.file }
                hasGrown = true
            }
        }
        for text in waiting { add(text.yaml, file: text.file) }
    }

    /// The names of all themes.
    package var names: [String] { themes.map(\.name) }

    /// The theme of that name; nil if there is none.
    package func theme(named name: String) -> Theme? { themes.first { $0.name == name } }

    /// What is wrong with the file that a theme of that name would be in; nil where there is none, or nothing is.
    package func problem(ofThemeNamed name: String) -> ThemeProblem? {
        problems.first { $0.file == name + ".yaml" || $0.file == name + ".yml" }
    }

    /// The theme that is used when nothing else was asked for.
    package var standard: Theme {
        theme(named: "default") ?? Theme(name: "default", summary: "", roles: [:], sixteen: [:])
    }

    /// Reads one theme; `file` names it in problems.
    package mutating func add(_ yaml: String, file: String) {
        do {
            let palettes = palettes
            let read = try ThemeFile(yaml: yaml, file: file) { palettes[$0] }
            problems += read.warnings
            let base = read.inherits.flatMap(theme(named:))
            let theme = Theme(
                name: read.name,
                summary: read.summary,
                roles: (base?.roles ?? [:]).merging(read.roles) { _, own in own },
                sixteen: (base?.sixteen ?? [:]).merging(read.sixteen) { _, own in own }
            )
            self.palettes[theme.name] = read.palette
            if let index = themes.firstIndex(where: { $0.name == theme.name }) {
                themes[index] = theme
            } else {
                themes.append(theme)
            }
        } catch {
            problems.append(error)
        }
    }

    /// What tells roles apart where there are no colours.
    static let monoAttributes: [StyleRole: Attributes] = {
        let mono = builtIn.theme(named: "mono")
        return Dictionary(
            uniqueKeysWithValues: StyleRole.allCases.map { ($0, mono?.paint(of: $0).attributes ?? []) }
        )
    }()

    private static let embedded: [(file: String, bytes: [UInt8])] = [
        ("default.yaml", PackageResources.default_yaml),
        ("midnight.yaml", PackageResources.midnight_yaml),
        ("daylight.yaml", PackageResources.daylight_yaml),
        ("ember.yaml", PackageResources.ember_yaml),
        ("nordic.yaml", PackageResources.nordic_yaml),
        ("high-contrast.yaml", PackageResources.high_contrast_yaml),
        ("colour-blind.yaml", PackageResources.colour_blind_yaml),
        ("mono.yaml", PackageResources.mono_yaml),
    ]
}
