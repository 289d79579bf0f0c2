package import Drawing

/// What was asked for with `--color`.
package enum ColorChoice: String, CaseIterable, Sendable {
    case auto
    case never
    case sixteen = "16"
    case indexed = "256"
    case truecolor

    /// The depth to use, given the number of colours in the terminal's description and whether 24-bit ones can be sent.
    ///
    /// What was asked for comes first, then `NO_COLOR`, then `COLORTERM`, then what the terminal's description says.
    package func depth(environment: [String: String], colors: Int, hasDirectColors: Bool) -> ColorDepth {
        switch self {
        case .never: return .mono
        case .sixteen: return .sixteen
        case .indexed: return .indexed
        case .truecolor: return hasDirectColors ? .truecolor : .indexed
        case .auto: break
        }
        if let refusal = environment["NO_COLOR"], !refusal.isEmpty { return .mono }
        if hasDirectColors, wantsDirectColors(environment: environment) || colors > 256 { return .truecolor }
        return switch colors {
        case 256...: .indexed
        case 8...: .sixteen
        default: .mono
        }
    }

    /// Whether it is worth preparing direct colours.
    package func wantsDirectColors(environment: [String: String]) -> Bool {
        switch self {
        case .truecolor: true
        case .auto:
            (environment["NO_COLOR"] ?? "").isEmpty
                && ["truecolor", "24bit"].contains(environment["COLORTERM"]?.lowercased() ?? "")
                && !["linux", "dumb"].contains(environment["TERM"] ?? "")
        default: false
        }
    }
}
