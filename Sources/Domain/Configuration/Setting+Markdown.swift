extension Setting {
    /// All settings as a table in Markdown.
    package static var markdown: String {
        let rows = ConfigurationKey.allCases.map { key in
            "| `\(key.rawValue)` | \(key.setting.values) | \(key.setting.help) |\n"
        }
        return "| setting | values (default) | |\n| --- | --- | --- |\n" + rows.joined()
    }

    /// What it takes, with the default behind it.
    private var values: String {
        let words =
            switch kind {
            case .flag: "`true`, `false`"
            case .number(let range, let unit): "\(range.lowerBound)…\(range.upperBound) \(unit)"
            case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
            case .text: secret == nil ? "text" : "secret"
            case .objects: "API names, separated by commas"
            case .start: "`now`, `backfill`, or a moment"
            }
        let standard = kind == .objects ? InstanceConfiguration.defaultObjects.joined(separator: ",") : standard
        return standard.isEmpty ? words : "\(words) (`\(standard)`)"
    }
}
