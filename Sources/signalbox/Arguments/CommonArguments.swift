import ArgumentParser
import FoundationEssentials

/// Options of every command that has to do with the engine.
struct CommonArguments: ParsableArguments {
    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp(
            "Where events, secrets and the log are kept (default: $XDG_STATE_HOME/signalbox).",
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

    @Option(help: ArgumentHelp("Where webhooks come in (default: 127.0.0.1:8180).", valueName: "host:port"))
    var receiver: String?

    @Option(
        name: .customLong("receiver-url"),
        help: ArgumentHelp(
            "Where orgs reach the receiver, if through a proxy or a tunnel: https://hooks.example.com.",
            valueName: "url"
        )
    )
    var receiverURL: String?

    @Option(help: ArgumentHelp("Where the management API listens (default: 127.0.0.1:8181).", valueName: "host:port"))
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

extension Settings {
    /// Options over variables, the configuration file and defaults.
    static func resolve(options: [SettingKey: String], config: String?) throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let directories = StandardDirectories(environment)
        let named = config ?? environment["SIGNALBOX_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        var file: ConfigurationFile?
        if let named {
            file = try ConfigurationFile(path: directories.expand(named), isRequired: true)
        } else if let directory = directories.configuration {
            file = try ConfigurationFile(path: directory + "/signalbox/config.yaml", isRequired: false)
        }
        return try resolve(options: options, environment: environment, file: file)
    }
}
