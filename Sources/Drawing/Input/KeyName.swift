extension Key {
    /// The name of the key in configuration, help and key scripts: `ctrl+s`, `alt+enter`, `f1`, `G`, `space`.
    package var name: String {
        var parts: [String] = []
        if modifiers.contains(.ctrl) { parts.append("ctrl") }
        if modifiers.contains(.alt) { parts.append("alt") }
        if modifiers.contains(.shift) || code == .backTab { parts.append("shift") }
        switch code {
        case .character(" "): parts.append("space")
        case .character("+"): parts.append("plus")
        case .character(let character): parts.append(String(character))
        case .function(let number): parts.append("f\(number)")
        default: parts.append(Self.names.first { $0.code == code }?.name ?? "tab")
        }
        return parts.joined(separator: "+")
    }

    /// Reads a name as `name` writes it, with `+` or `-` between its parts: `ctrl+r`, `ctrl-r`; nil if there is no such key.
    package init?(name: String) {
        var modifiers: Modifiers = []
        var rest = Substring(name)
        while let plus = rest.firstIndex(where: { "+-".contains($0) }), plus != rest.startIndex,
            rest.index(after: plus) != rest.endIndex
        {
            switch rest[..<plus].lowercased() {
            case "ctrl": modifiers.insert(.ctrl)
            case "alt": modifiers.insert(.alt)
            case "shift": modifiers.insert(.shift)
            default: return nil
            }
            rest = rest[rest.index(after: plus)...]
        }
        guard let code = Self.code(named: String(rest)) else { return nil }
        if code == .tab, modifiers.contains(.shift) {
            self.init(.backTab, modifiers.subtracting(.shift))
        } else {
            self.init(code, modifiers)
        }
    }

    private static func code(named name: String) -> Code? {
        if name.count == 1, let character = name.first { return .character(character) }
        let lowered = name.lowercased()
        if let known = names.first(where: { $0.name == lowered }) { return known.code }
        switch lowered {
        case "space": return .character(" ")
        case "plus": return .character("+")
        case "escape": return .escape
        default: break
        }
        guard lowered.first == "f", let number = Int(lowered.dropFirst()), (1...63).contains(number) else { return nil }
        return .function(number)
    }

    private static let names: [(name: String, code: Code)] = [
        ("enter", .enter), ("esc", .escape), ("tab", .tab), ("up", .up), ("down", .down), ("left", .left),
        ("right", .right), ("home", .home), ("end", .end), ("pageup", .pageUp), ("pagedown", .pageDown),
        ("insert", .insert), ("delete", .delete), ("backspace", .backspace),
    ]
}
