/// The two texts that collectors read: Prometheus' own, version 0.0.4, and OpenMetrics 1.0.
/// Sources: prometheus.io/docs/instrumenting/exposition_formats, and the OpenMetrics specification.
package enum ExpositionText: Sendable, CaseIterable {
    case prometheus
    case openMetrics

    /// OpenMetrics where the request's `Accept` names it, as Prometheus' does.
    package init(accept: String?) {
        let isNamed = accept?.lowercased().contains("application/openmetrics-text") == true
        self = isNamed ? .openMetrics : .prometheus
    }

    package var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    package func text(_ families: [MetricFamily]) -> String {
        var out = ""
        for family in families where !family.samples.isEmpty {
            // The one text names a counter with its ending, the other without.
            let name = family.name + (self == .prometheus && family.kind == .counter ? "_total" : "")
            out += "# HELP \(name) \(escaped(family.help))\n# TYPE \(name) \(family.kind.rawValue)\n"
            if self == .openMetrics, let unit = Self.unit(family.name) { out += "# UNIT \(name) \(unit)\n" }
            for sample in family.samples {
                out += family.name + (family.kind == .counter ? "_total" : sample.suffix)
                if !sample.labels.isEmpty {
                    let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
                    out += "{" + labels.joined(separator: ",") + "}"
                }
                out += " " + Self.number(sample.value) + "\n"
            }
        }
        if self == .openMetrics { out += "# EOF\n" }
        return out
    }

    private static func unit(_ name: String) -> String? {
        ["seconds", "bytes"].first { name.hasSuffix("_" + $0) }
    }

    /// Whole numbers without a fraction, so that counts read as such.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value.isNaN ? "NaN" : String(value)
    }

    /// A bound as a label: always with a fraction, as OpenMetrics has it for numbers in labels.
    static func bound(_ value: Double) -> String { value.isInfinite ? "+Inf" : String(value) }

    private func escaped(_ text: String, quotes: Bool = false) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            // Prometheus' text has quotes of a help as they are.
            case "\"" where quotes || self == .openMetrics: out += "\\\""
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
