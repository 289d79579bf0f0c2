import ArgumentParser

/// Holds a command to the options that mean something to it: the parser takes those of `signalbox` with every command.
enum OptionScope {
    private static let common: Set<SettingKey> = [
        .dataDirectory, .store, .node, .receiver, .receiverURL, .management, .logLevel, .logFormat,
    ]
    /// What only commands understand that may ask an engine elsewhere.
    private static let remote: Set<SettingKey> = [
        .attach, .tokenFile, .attachCA, .attachCertificate, .attachKey,
    ]

    /// - Throws: `UsageError` that names the option and the command.
    static func check(_ command: any ParsableCommand, arguments: [String]) throws(UsageError) {
        let allowed = allowed(command)
        for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = argument.dropFirst(2).prefix { $0 != "=" }
            guard let key = SettingKey(rawValue: String(name)), !allowed.contains(key) else { continue }
            let words = type(of: command).configuration.commandName ?? "this command"
            throw UsageError("\(key.option) means nothing to “\(words)”; leave it out (see --help).")
        }
    }

    private static func allowed(_ command: any ParsableCommand) -> Set<SettingKey> {
        let all = Set(SettingKey.allCases)
        return switch command {
        case is Signalbox: all
        case is DemoCommand: all.subtracting(remote).subtracting([.store])
        case is DoctorCommand: all.subtracting(DashboardArguments.keys)
        case is ServeCommand: all.subtracting(DashboardArguments.keys).subtracting(remote)
        case is ListenCommand, is SimulateOrgCommand: []
        case is MigrateCommand: common.subtracting([.store])
        case is CredentialsShow, is CredentialsRotate, is CredentialsCreate, is CredentialsList, is CredentialsRevoke,
            is BackupCommand, is RestoreCommand, is KeysCommand:
            common
        default: common.union(remote)
        }
    }
}
