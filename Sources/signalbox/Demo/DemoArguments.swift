import ArgumentParser

/// The common options as `demo` means them: it keeps nothing and takes any free ports unless it is told otherwise.
struct DemoArguments: ParsableArguments {
    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp(
            "Where events, secrets and the log are kept (default: a temporary directory, removed at the end).",
            valueName: "dir"
        ),
        completion: .directory
    )
    var dataDirectory: String?

    @Option(
        help: ArgumentHelp("Configuration file (default: $XDG_CONFIG_HOME/signalbox/config.yaml).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    @Option(help: ArgumentHelp("Where webhooks come in (default: any free port).", valueName: "host:port"))
    var receiver: String?

    @Option(help: ArgumentHelp("Where the management API listens (default: any free port).", valueName: "host:port"))
    var management: String?

    @Option(
        name: .customLong("log-level"),
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical (default: info).",
            valueName: "level"
        ),
        completion: .list(["trace", "debug", "info", "notice", "warning", "error", "critical"])
    )
    var logLevel: String?

    @Option(
        name: .customLong("receiver-url"),
        help: ArgumentHelp("Where orgs reach the receiver; the simulated one needs none.", valueName: "url")
    )
    var receiverURL: String?

    var values: [SettingKey: String] {
        var out: [SettingKey: String] = [:]
        out[.dataDirectory] = dataDirectory
        out[.receiver] = receiver
        out[.receiverURL] = receiverURL
        out[.management] = management
        out[.logLevel] = logLevel
        return out
    }

    /// These options and others over variables, file and defaults.
    func settings(_ others: [SettingKey: String]...) throws -> Settings {
        try Settings.resolve(options: others.reduce(values) { $0.merging($1) { $1 } }, config: config)
    }
}
