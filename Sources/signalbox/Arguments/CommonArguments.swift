import ArgumentParser
import Domain
import FoundationEssentials

// The parser hands a command what the root's group of the same type took, so that the root has all of these, one in the other,
// and each command the widest one of which every option means something to it: its help then offers no other. Their defaults
// are not the same everywhere, so each command's help says its own.

/// Options of every command that has settings.
struct LocationArguments: SettingsArguments {
    @Option(name: .setting(.dataDirectory), help: .setting(.dataDirectory), completion: .directory)
    var dataDirectory: String?

    @Option(name: .setting(.node), help: .setting(.node))
    var node: String?

    @Option(
        help: ArgumentHelp("Configuration file (default: $XDG_CONFIG_HOME/signalbox/config.yaml).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    @Option(name: .setting(.receiver), help: .setting(.receiver))
    var receiver: String?

    @Option(name: .setting(.receiverURL), help: .setting(.receiverURL))
    var receiverURL: String?

    @Option(name: .setting(.management), help: .setting(.management))
    var management: String?

    @Option(
        name: .setting(.logLevel),
        help: .setting(.logLevel),
        completion: .list(["trace", "debug", "info", "notice", "warning", "error", "critical"])
    )
    var logLevel: String?

    @Option(name: .setting(.logFormat), help: .setting(.logFormat), completion: .list(["text", "json"]))
    var logFormat: String?

    var values: [SettingKey: String] {
        var out: [SettingKey: String] = [:]
        out[.dataDirectory] = dataDirectory
        out[.node] = node
        out[.receiver] = receiver
        out[.receiverURL] = receiverURL
        out[.management] = management
        out[.logLevel] = logLevel
        out[.logFormat] = logFormat
        return out
    }
}

/// Options of the commands that have a store of their own.
struct StoreArguments: SettingsArguments {
    @OptionGroup var location: LocationArguments

    @Option(name: .setting(.store), help: .setting(.store), completion: .directory)
    var store: String?

    var values: [SettingKey: String] {
        var out = location.values
        out[.store] = store
        return out
    }

    var config: String? { location.config }
}

/// Options of the commands that may ask the engine of a node elsewhere as well.
struct CommonArguments: SettingsArguments {
    static let locations = """
        By default, events are kept in $XDG_STATE_HOME/signalbox, webhooks come in at 127.0.0.1:8180, and the \
        management API listens at 127.0.0.1:8181.
        """

    @OptionGroup var local: StoreArguments

    @Option(name: .setting(.attach), help: .setting(.attach))
    var attach: String?

    @Option(name: .setting(.tokenFile), help: .setting(.tokenFile), completion: .file())
    var tokenFile: String?

    @Option(name: .setting(.attachCA), help: .setting(.attachCA), completion: .file(extensions: ["pem", "crt"]))
    var attachCA: String?

    @Option(name: .setting(.attachCertificate), help: .setting(.attachCertificate), completion: .file())
    var attachCertificate: String?

    @Option(name: .setting(.attachKey), help: .setting(.attachKey), completion: .file())
    var attachKey: String?

    var values: [SettingKey: String] {
        var out = local.values
        out[.attach] = attach
        out[.tokenFile] = tokenFile
        out[.attachCA] = attachCA
        out[.attachCertificate] = attachCertificate
        out[.attachKey] = attachKey
        return out
    }

    var config: String? { local.location.config }
}

/// A group of options that decides which settings are in force.
protocol SettingsArguments: ParsableArguments {
    var values: [SettingKey: String] { get }
    /// The configuration file, as it was given.
    var config: String? { get }
}

extension SettingsArguments {
    /// These options and others over variables, file and defaults; of several the last counts.
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
            guard !named.trimmed.isEmpty else {
                throw UsageError(
                    "\(config == nil ? "SIGNALBOX_CONFIG" : "--config") names a file; “\(named)” is not that."
                )
            }
            file = try ConfigurationFile(path: directories.expand(named), isRequired: true)
        } else if let directory = directories.configuration {
            file = try ConfigurationFile(path: directory + "/signalbox/config.yaml", isRequired: false)
        }
        return try resolve(options: options, environment: environment, file: file)
    }
}
