extension SettingKey {
    /// A configuration file that names every setting, each in a comment, mostly with what holds without it.
    static var exampleFile: String {
        let rows = allCases.map { key in
            let row = key.row
            let value = row.example ?? row.standard ?? row.readme ?? (row.valueName == nil ? "false" : "")
            return "# \(row.help)\n# \(key.rawValue): \(value)\n"
        }
        return rows.joined(separator: "\n")
    }
}
