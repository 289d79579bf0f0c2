/// The directories of the XDG base directory specification, as the environment gives them.
struct StandardDirectories: Sendable {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// `$XDG_STATE_HOME`, or `~/.local/state`.
    func state() throws(UsageError) -> String {
        try directory("XDG_STATE_HOME", fallback: ".local/state", instead: SettingKey.dataDirectory.option)
    }

    /// `$XDG_CONFIG_HOME`, or `~/.config`; nil where there is no home.
    var configuration: String? {
        try? directory("XDG_CONFIG_HOME", fallback: ".config", instead: "--config")
    }

    /// Puts the home directory where a path begins with `~/`.
    func expand(_ path: String) throws(UsageError) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        guard let home else { throw UsageError("\(path) needs HOME, which is not set; write the whole path.") }
        return home + path.dropFirst()
    }

    private var home: String? {
        environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// The specification says to pass over relative values.
    private func directory(_ variable: String, fallback: String, instead: String) throws(UsageError) -> String {
        if let path = environment[variable], path.hasPrefix("/") { return path }
        guard let home else {
            throw UsageError("Neither \(variable) nor HOME is set; say \(instead) where files belong.")
        }
        return home + "/" + fallback
    }
}
