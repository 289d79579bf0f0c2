import ArgumentParser
import Domain
import EngineAPI
import FoundationEssentials
import Gateway
import Primitives
import RemoteEngine
import Store

#if PostgreSQL
import StorePostgres
#endif

/// `signalbox credentials`.
struct CredentialsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credentials",
        abstract: "Shows and changes what opens the management API.",
        discussion: """
            The two secrets are made at the first start, in credentials.json of the data directory; with PostgreSQL they are \
            the database's, and each node has a copy. Send them as
              Authorization: User USER, Organization ORGANIZATION
            or, shorter, as
              Authorization: Bearer USER
            Whoever has them may do everything. For each program or person beside them, create a token with a scope: read sees \
            instances, events and deliveries; operate also polls, replays, holds and releases; admin may do everything. A \
            token is sent as
              Authorization: Bearer TOKEN
            A running node takes every change up at once.
            """,
        subcommands: [
            CredentialsShow.self, CredentialsRotate.self, CredentialsCreate.self, CredentialsList.self,
            CredentialsRevoke.self, CredentialsRotateKey.self,
        ],
        defaultSubcommand: CredentialsShow.self
    )
}

struct CredentialsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the two secrets, as JSON (default)."
    )

    @Flag(help: "Print the value of the Authorization header instead.")
    var header = false

    @OptionGroup var common: StoreArguments

    func run() throws {
        let settings = try common.settings()
        try settings.requireCurrentCredentials()
        try settings.requireDataDirectory()
        let credentials = try SharedCredentials(settings).load()
        if header {
            try StandardStreams.printLine(
                "User \(credentials.user.exposed), Organization \(credentials.organization.exposed)"
            )
        } else {
            try StandardStreams.printLine(credentials.shown.line)
        }
    }
}

struct CredentialsRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Makes new secrets in place of the two, and shows them; tokens stay.",
        discussion: "The former ones open nothing any more, also at a node that runs."
    )

    @OptionGroup var common: StoreArguments

    func run() throws {
        let settings = try common.settings()
        try settings.requireNamedStore()
        try settings.requireDataDirectory()
        let fresh = try CommandAudit.record(.rotateManagementSecrets, "", in: settings) {
            try SharedCredentials(settings).change { (files) throws(Credentials.Fault) in try files.rotate() }
        }
        try StandardStreams.printLine(fresh.shown.line)
    }
}

struct CredentialsCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Creates a token, and shows it this once."
    )

    @Argument(help: "Its name: letters, digits, dots, hyphens and underscores.")
    var name: String

    @Option(
        help: "read, operate or admin.",
        completion: .list(AccessScope.allCases.map(\.rawValue))
    )
    var scope: String

    @OptionGroup var common: StoreArguments

    func run() throws {
        let settings = try common.settings()
        guard let scope = AccessScope(rawValue: scope.lowercased()) else {
            throw UsageError("--scope is read, operate or admin; “\(scope.prefix(60))” is not that.")
        }
        guard NamedToken.isName(name) else {
            throw UsageError(
                "A token's name is 1 to 64 letters, digits, dots, hyphens and underscores; “\(name.prefix(60))” is not."
            )
        }
        try settings.requireNamedStore()
        let subject = "\(name.prefix(64)), scope \(scope.rawValue)"
        let token = try CommandAudit.record(.createToken, subject, in: settings) {
            try SharedCredentials(settings).change { (files) throws(Credentials.Fault) in
                try files.createToken(named: name, scope: scope, now: .now())
            }
        }
        let json: JSON = [
            "name": .string(name), "scope": .string(scope.rawValue), "token": .string(token.exposed),
        ]
        try StandardStreams.printLine(json.line)
    }
}

struct CredentialsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the tokens by name, with scope and time, one JSON line each."
    )

    @OptionGroup var common: StoreArguments

    func run() throws {
        let settings = try common.settings()
        try settings.requireCurrentCredentials()
        try settings.requireDataDirectory()
        for token in try SharedCredentials(settings).load().tokens {
            let json: JSON = [
                "name": .string(token.name), "scope": .string(token.scope.rawValue),
                "created": .string(token.created.iso),
            ]
            try StandardStreams.printLine(json.line)
        }
    }
}

struct CredentialsRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revokes a token: from now on it opens nothing."
    )

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var common: StoreArguments

    func run() throws {
        let settings = try common.settings()
        try settings.requireNamedStore()
        try settings.requireDataDirectory()
        try CommandAudit.record(.revokeToken, String(name.prefix(64)), in: settings) {
            try SharedCredentials(settings).change { (files) throws(Credentials.Fault) in
                try files.revokeToken(named: name)
            }
        }
    }
}

struct CredentialsRotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Encrypts what is stored of secrets with another key, also while a node runs.",
        discussion: """
            The key file of the data directory gives its place to a fresh one. Where the key stands in SIGNALBOX_KEY or in the \
            systemd credential signalbox-key, give the new one as SIGNALBOX_NEW_KEY (openssl rand -base64 32), and put it there \
            afterwards; a node that ran meanwhile can still be started with the former one until then. With PostgreSQL \
            give both keys; all nodes go on with the new one. All secrets change in one step: whatever ends the command in the \
            middle, one of the two keys opens all of them. Backups made before still need the former key. Prints of how many \
            instances, as JSON.
            """
    )

    @OptionGroup var common: CommonArguments

    func run() throws {
        let settings = try common.settings()
        let environment = ProcessInfo.processInfo.environment
        let new = try SealingKey.next(environment)
        let change: KeyChange
        if let node = try AttachedNode.elsewhere(settings, environment: environment) {
            change = try Self.ask(Attachment(node, isBeside: false), new)
        } else if let shared = try Self.changeShared(settings, environment, new) {
            change = shared
        } else {
            try settings.requireNamedStore()
            try settings.requireStore()
            do {
                let (old, key) = (try SealingKey.given(environment), new?.source ?? "the key file")
                let count = try KeyRotation(dataDirectory: settings.eventsDirectory)
                    .run(from: old, to: new, entry: CommandAudit.entry(.rotateKey, key))
                change = KeyChange(instances: count, key: key)
            } catch let error as StoreError where error.kind == .locked {
                change = try Self.ask(Attachment(.beside(settings), isBeside: true), new)
            }
        }
        let json: JSON = ["instances": .integer(Int64(change.instances)), "key": .string(change.key)]
        try StandardStreams.printLine(json.line)
    }

    /// With PostgreSQL it is done in the database, whether nodes run there or not; nil without.
    private static func changeShared(
        _ settings: Settings,
        _ environment: [String: String],
        _ new: GivenKey?
    ) throws -> KeyChange? {
        #if PostgreSQL
        guard let address = settings.database.flatMap({ PostgresAddress($0.exposed) }) else { return nil }
        guard let old = try SealingKey.given(environment) else { throw PostgresStore.needsKey }
        let source = new?.source ?? "SIGNALBOX_NEW_KEY"
        let count = try DatabaseKeyRotation(address, key: old).run(
            to: new,
            entry: CommandAudit.entry(.rotateKey, source)
        )
        return KeyChange(instances: count, key: source)
        #else
        return nil
        #endif
    }

    /// The node that runs does it: the key that it has is its own, wherever that stands.
    private static func ask(_ attachment: Attachment, _ new: GivenKey?) throws -> KeyChange {
        try waiting {
            let result: Result<KeyChange, any Error>
            do {
                try await attachment.check()
                result = .success(try await attachment.engine.rotateKey(to: new?.text))
            } catch { result = .failure(error) }
            await attachment.close()
            return try result.get()
        }
    }
}

extension Credentials {
    /// The two secrets, for whoever asked to see them.
    fileprivate var shown: JSON { ["user": .string(user.exposed), "organization": .string(organization.exposed)] }
}
