import AsyncHTTPClient
import Callbacks
import Domain
import EngineAPI
import FoundationEssentials
import Gateway
import Logging
import Primitives
import RemoteEngine
import Salesforce
import Store

/// All looks of `signalbox doctor`, in the order in which one failing explains the next.
struct Examination: Sendable {
    let settings: Settings
    let environment: [String: String]
    let posts: Bool

    typealias Report = @Sendable (Finding) throws -> Void

    /// True where something failed.
    func run(_ report: @escaping Report) async throws -> Bool {
        var hasFailed = false
        func say(_ findings: [Finding]) throws {
            for finding in findings {
                if finding.verdict == .failed { hasFailed = true }
                try report(finding)
            }
        }
        try say(configuration)
        let isLocal = settings.attach == nil
        if isLocal {
            let isStore = settings.storeDirectory == nil && settings.database == nil
            // A node asks for free space where its events are.
            let least = isStore ? settings.freeSpace : 0
            try say(DirectoryExamination(settings.dataDirectory, freeSpace: least).findings)
            if let store = settings.storeDirectory {
                try say(DirectoryExamination(store, as: .store, freeSpace: settings.freeSpace).findings)
            }
            guard !hasFailed else { return true }
            if let findings = beforeStart {
                try say(findings)
                try say(await ListenerExamination(settings).findings)
                return hasFailed
            }
        }
        // Before this one is among the nodes there itself.
        let shared = isLocal && settings.database != nil ? StoreExamination(settings).findings : nil
        let used: DashboardProgram.UsedEngine
        do {
            used = try DashboardProgram.engine(
                settings,
                environment: environment,
                mayAttach: true,
                logger: .diagnostics(.critical)
            )
        } catch let error as StoreError where error.kind == .held && settings.database != nil {
            // No fault of this node: others are at work, which the store names.
            let words =
                "other nodes are at work on the database; `signalbox serve` works beside those of its own version"
            try say([.sound("node", words)] + (shared ?? []))
            return hasFailed
        } catch {
            try say([.failed(isLocal ? "store" : "node", Self.sentence(error))])
            return true
        }
        switch used {
        case .own(let node):
            do {
                try say(shared ?? StoreExamination(settings).findings)
                try say(await ListenerExamination(settings).findings)
                try say(await instances(node.engine, settings.callbackRule))
            } catch {
                await node.close()
                throw error
            }
            await node.close()
        case .elsewhere(let attachment):
            do {
                do { try await attachment.check() } catch {
                    try say([.failed("node", Self.sentence(error))])
                    await attachment.close()
                    return true
                }
                try say([.sound("node", "answers at \(try attachment.url())")])
                try say(await Self.readiness(of: attachment))
                if isLocal { try say(shared ?? StoreExamination.besideNode(settings)) }
                try say(await instances(attachment.engine, rule))
            } catch {
                await attachment.close()
                throw error
            }
            await attachment.close()
        }
        return hasFailed
    }

    /// What there is to say where a start would make something or change it, which is not for an examination to do; nil where
    /// it would not, or another process has been started.
    private var beforeStart: [Finding]? {
        let isHeld = [settings.dataDirectory, settings.eventsDirectory].contains { DirectoryLock.isHeld(in: $0) }
        if isHeld { return nil }
        if let mark = settings.storeElsewhere { return [.failed("store", mark.sentence(settings.dataDirectory))] }
        let store = StoreExamination(settings)
        do throws(StoreError) {
            switch try store.standing() {
            case .missing:
                let none = Finding.sound("store", "there is none yet; the first start makes it")
                return [none] + key(of: store)
            case .earlier:
                let words = "It is of an earlier version; the next start of `signalbox serve` changes it for this one."
                return [Finding.warning("store", words)] + key(of: store) + [Self.left]
            case .unsettled(let work):
                // One of two keys may be the one that fits.
                let words = "\(work.rawValue) was ended midway; the next start of `signalbox serve` sees to it."
                return [.warning("store", words), Self.left]
            case .current:
                let path = settings.dataDirectory + "/" + Credentials.fileName
                if FileManager.default.fileExists(atPath: path) { return nil }
                let secrets = Finding.sound("credentials", "\(path) isn't there yet; the first start makes it")
                return store.findings + key(of: store) + [secrets, Self.left]
            }
        } catch {
            return [.failed("store", error.message)]
        }
    }

    private static let left = Finding.sound(
        "instances",
        "were not looked at; after the next start `signalbox doctor` asks their orgs and callbacks"
    )

    /// A start with another key than the store's ends at once.
    private func key(of store: StoreExamination) -> [Finding] {
        do {
            try store.checkKey(try SealingKey.given(environment))
            return []
        } catch {
            return [.failed("key", Self.sentence(error))]
        }
    }

    // MARK: Configuration

    private var configuration: [Finding] {
        // A misspelt variable is silent otherwise: it sets nothing.
        let known = Set(SettingKey.allCases.map(\.variable)).union(Self.otherVariables)
        let unknown = environment.keys.filter { $0.hasPrefix("SIGNALBOX_") && !known.contains($0) }.sorted()
        return [
            .sound(
                "configuration",
                settings.configurationFile.map { "\($0) was read" }
                    ?? "options, variables and defaults; there is no configuration file"
            )
        ] + (settings.attach == nil ? [.sound("node", "this one is \(settings.nodeName)")] : [])
            + unknown.map { name in
                .warning(
                    "configuration",
                    "The variable \(name) means nothing to Signalbox; see the table of options in README."
                )
            }
    }

    private static let otherVariables: Set<String> = [
        "SIGNALBOX_CONFIG", "SIGNALBOX_KEY", "SIGNALBOX_NEW_KEY", "SIGNALBOX_TOKEN",
    ]

    // MARK: Node

    /// What callbacks may be posted to by the node that has the data directory; where it does not say, by these settings.
    var rule: AddressRule {
        let record = try? RunningRecord.ofHolder(of: settings.dataDirectory)
        return record?.callbackRule ?? settings.callbackRule
    }

    /// Whether the node takes events in: it may have too little space by its own limit, or work that is overdue.
    static func readiness(of attachment: Attachment) async -> [Finding] {
        do {
            guard let reason = try await attachment.engine.unreadiness() else { return [] }
            return [.failed("node", "It is not ready: \(reason)")]
        } catch {
            return [.warning("node", "Whether it takes events in could not be asked; see its /readyz.")]
        }
    }

    // MARK: Instances

    private func instances(_ engine: any EngineClient, _ rule: AddressRule) async -> [Finding] {
        let instances: [InstanceOverview]
        do { instances = try await engine.instances() } catch {
            return [.failed("instances", Self.sentence(error))]
        }
        guard !instances.isEmpty else {
            return [
                .warning(
                    "instances",
                    "There is none yet; fill in the form of `signalbox`, or use `signalbox instances create`."
                )
            ]
        }
        let clients: Clients
        do { clients = try Clients(settings, environment: environment) } catch {
            return [.failed("configuration", Self.sentence(error))]
        }
        var findings: [Finding] = []
        for instance in instances {
            findings += await InstanceExamination(engine: engine, instance: instance).findings
            findings += await CallbackExamination(
                engine: engine,
                instance: instance,
                settings: settings,
                rule: rule,
                clients: clients,
                posts: posts
            ).findings
        }
        let clocks = await ClockExamination(instances.map(\.configuration.baseURL), clients).findings
        return clocks + findings
    }

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as ClientError: error.message + (error.providerMessage.map { " (“\($0)”)" } ?? "")
        case let error as StoreError: error.message
        case let error as CommandFailure: error.message
        case let error as UsageError: error.message
        default: ErrorSentence.text(error)
        }
    }
}
