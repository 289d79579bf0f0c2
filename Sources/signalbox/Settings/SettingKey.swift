/// A setting. Its option, its variable and its key in the configuration file are spelled alike.
enum SettingKey: String, Sendable, Hashable, CaseIterable {
    case dataDirectory = "data-dir"
    case receiver
    case receiverURL = "receiver-url"
    case management
    case logLevel = "log-level"
    case theme
    case color
    case ascii
    case plain
    case noMouse = "no-mouse"
    case retrySchedule = "retry-schedule"
    case callbackTimeout = "callback-timeout"
    case pollOverlap = "poll-overlap"
    case reconcileEvery = "reconcile-every"
    case allowPasswordGrant = "allow-password-grant"

    /// `--data-dir`.
    var option: String { "--" + rawValue }

    /// `SIGNALBOX_DATA_DIR`.
    var variable: String { "SIGNALBOX_" + rawValue.uppercased().replacing("-", with: "_") }
}

/// A value as it was written, with the place where it was.
struct SettingText: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case option
        case variable
        case file(path: String, line: Int)
    }

    let text: String
    let place: Place

    /// How a sentence names the setting: `--theme`, `SIGNALBOX_THEME`, or `theme in line 3 of FILE`.
    func name(_ key: SettingKey) -> String {
        switch place {
        case .option: key.option
        case .variable: key.variable
        case .file(let path, let line): "\(key.rawValue) in line \(line) of \(path)"
        }
    }
}
