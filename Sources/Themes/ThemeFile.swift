import Drawing
import Yams

/// A theme file as it was read, before what it inherits is filled in.
struct ThemeFile {
    var name: String
    var summary = ""
    var inherits: String?
    var palette: [String: Color] = [:]
    var roles: [StyleRole: RolePaint] = [:]
    var sixteen: [StyleRole: RolePaint] = [:]
    /// Things that were passed over.
    var warnings: [ThemeProblem] = []
    private let file: String

    /// Larger files are no themes.
    private static let largestFile = 64 * 1024

    /// Reads the YAML of a theme; `file` names it in messages, `inherited` gives the palette of the theme it builds on.
    init(yaml: String, file: String, inherited: (String) -> [String: Color]?) throws(ThemeProblem) {
        self.file = file
        name = file
        if yaml.utf8.count > Self.largestFile {
            throw ThemeProblem(file: file, reason: "is larger than 64 KiB, so it is not read as a theme")
        }
        let entries = try Self.compose(yaml, file: file)
        try readHead(entries)
        if let inherits {
            guard let base = inherited(inherits) else {
                let line = entries.first { $0.key.string == "inherits" }?.key.line
                throw ThemeProblem(
                    file: file,
                    line: line,
                    reason: "inherits “\(inherits)”, which is no theme, or builds on this one",
                    isMissingBase: true
                )
            }
            palette = base
        }
        for entry in entries where entry.key.string == "palette" { try readPalette(entry.value) }
        for entry in entries {
            switch entry.key.string {
            case "roles": roles = try readRoles(entry.value)
            case "sixteen":
                // Here `blue` is the terminal's, whatever the palette calls by that name.
                let named = palette
                palette = palette.filter { !Self.ansiNames.contains($0.key) }
                sixteen = try readRoles(entry.value)
                palette = named
            default: break
            }
        }
    }

    private static func compose(_ yaml: String, file: String) throws(ThemeProblem) -> [(key: Node, value: Node)] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw ThemeProblem(
                file: file,
                line: error.line,
                reason: "is not YAML; check indentation, colons and quotes there"
            )
        } catch {
            throw ThemeProblem(file: file, reason: "is not YAML")
        }
        guard let mapping = root?.mapping else {
            throw ThemeProblem(file: file, line: 1, reason: "must be a mapping with name, palette and roles")
        }
        return mapping.map { (key: $0.key, value: $0.value) }
    }

    private mutating func readHead(_ entries: [(key: Node, value: Node)]) throws(ThemeProblem) {
        for (key, value) in entries {
            switch key.string {
            case "name": name = try text(value, of: "name")
            case "summary": summary = try text(value, of: "summary")
            case "inherits": inherits = try text(value, of: "inherits")
            case "palette", "roles", "sixteen": break
            // Files for former versions say whether they are dark or light, which their ground does.
            case "appearance": break
            default: warnings.append(problem(key, "knows no “\(key.string ?? "?")”"))
            }
        }
    }

    private mutating func readPalette(_ node: Node) throws(ThemeProblem) {
        guard let mapping = node.mapping else { throw problem(node, "palette must map names to colours") }
        for (key, value) in mapping {
            guard let name = key.string else { throw problem(key, "a palette name must be a word") }
            palette[name] = try color(try text(value, of: name), at: value)
        }
    }

    private mutating func readRoles(_ node: Node) throws(ThemeProblem) -> [StyleRole: RolePaint] {
        guard let mapping = node.mapping else { throw problem(node, "roles must map roles to colours") }
        var paints: [StyleRole: RolePaint] = [:]
        for (key, value) in mapping {
            guard let role = key.string.flatMap(StyleRole.init(rawValue:)) else {
                warnings.append(problem(key, "there is no role “\(key.string ?? "?")”"))
                continue
            }
            paints[role] = try paint(try text(value, of: role.rawValue), at: value)
        }
        return paints
    }

    /// Reads `colour`, `colour on colour`, and attributes after them.
    private func paint(_ words: String, at node: Node) throws(ThemeProblem) -> RolePaint {
        var paint = RolePaint()
        var wantsBackground = false
        for word in words.split(separator: " ").map(String.init) {
            if word == "on", !wantsBackground {
                wantsBackground = true
            } else if wantsBackground {
                paint.background = try color(word, at: node)
                wantsBackground = false
            } else if let attribute = Self.attributes[word] {
                paint.attributes.insert(attribute)
            } else if paint.foreground == nil {
                paint.foreground = try color(word, at: node)
            } else {
                throw problem(node, "“\(word)” is one word too many; write: colour [on colour] [bold dim italic …]")
            }
        }
        if wantsBackground {
            throw problem(node, "a colour is missing after “on”; a value with # needs quotes around all of it")
        }
        return paint
    }

    private func color(_ word: String, at node: Node) throws(ThemeProblem) -> Color {
        if let named = palette[word] { return named }
        if word == "default" { return .terminal }
        if let index = Self.ansiNames.firstIndex(of: word) { return .ansi(UInt8(index)) }
        if let index = UInt8(word) { return index < 16 ? .ansi(index) : .indexed(index) }
        if let rgb = RGB(hex: word) { return .rgb(red: rgb.red, green: rgb.green, blue: rgb.blue) }
        throw problem(
            node,
            "“\(word)” is no colour; use a palette name, \"#rrggbb\", default, red, bright-red or a number up to 255"
        )
    }

    private func text(_ node: Node, of key: String) throws(ThemeProblem) -> String {
        guard let scalar = node.scalar?.string, !scalar.isEmpty else {
            throw problem(node, "\(key) must be text; a colour that begins with # needs quotes")
        }
        return scalar
    }

    private func problem(_ node: Node, _ reason: String) -> ThemeProblem {
        ThemeProblem(file: file, line: node.line, reason: reason)
    }

    private static let attributes: [String: Attributes] = [
        "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
    ]

    private static let ansiNames = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
        "bright-black", "bright-red", "bright-green", "bright-yellow",
        "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
    ]
}

extension Node {
    fileprivate var line: Int? { mark?.line }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }
}
