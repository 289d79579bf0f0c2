import ArgumentParser

extension ArgumentHelp {
    /// What the table of options says.
    static func setting(_ key: SettingKey) -> ArgumentHelp {
        let row = key.row
        let standard = row.standard.map { " (default: \($0))." }
        let help = standard.map { (row.help.hasSuffix(".") ? String(row.help.dropLast()) : row.help) + $0 } ?? row.help
        return ArgumentHelp(help, valueName: row.valueName)
    }

}

extension NameSpecification {
    static func setting(_ key: SettingKey) -> NameSpecification { .customLong(key.rawValue) }
}
