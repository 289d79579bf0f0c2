import Domain
import Engine
import EngineAPI
import Gateway
import Interface
import Logging
import Primitives
import ServiceLifecycle
import SimulatedOrg
import Store

/// What the demo sets up around the engine: an org that changes by itself, a callback, and an instance between them.
struct DemoScene: Sendable {
    private static let signatureKey: Secret = "demo-signature-key"
    /// A first attempt in so many is refused, and comes through with the second.
    static let refusedEvery = 12
    /// A notification in so many is refused each time, so that some are dead after a while.
    private static let brokenEvery: UInt64 = 40
    /// Changes that come with the first poll, so that there is news at once.
    static let firstChanges = 6
    /// Steps that are over before whoever looks has gone: dead after 18 seconds.
    static let retryPolicy = RetryPolicy(delays: [3000, 5000, 10_000])
    private static let tags = ["demo"]
    /// Said on the screen, because the schedule of the instance is not what one waits for.
    static let extraPolls = ExtraPolls(tags: tags, seconds: 3)

    private let organization: SimulatedOrgConfiguration
    private let callback: HostPort

    init(rate: Double, seed: UInt64) throws(CommandFailure) {
        var organization = SimulatedOrgConfiguration()
        organization.port = try FreePort.find()
        organization.rate = rate
        organization.seed = seed
        self.organization = organization
        callback = HostPort(host: "127.0.0.1", port: try FreePort.find())
    }

    /// The services of the scene, in the order of their start.
    func services(beside node: EngineNode, report: @escaping @Sendable (Severity, String) -> Void) -> [any Service] {
        let (bound, continuation) = AsyncStream.makeStream(of: Void.self)
        // It lives through the hour before now first.
        let org = Org(configuration: organization, clock: .system(offset: -60 * DemoHistory.minutes))
        let server = SimulatedOrgServer(configuration: organization, org: org, logger: node.logger) { _ in
            continuation.yield()
        }
        let draft = draft
        let driver = DemoDriver(
            engine: node.engine,
            store: node.store,
            org: org,
            seed: organization.seed,
            draft: draft,
            orgBound: bound,
            report: report
        )
        let wayOut = "start the demo again, which takes free ones"
        return [
            ListeningService(server: listener(logger: node.logger).service(), address: callback, wayOut: wayOut),
            ListeningService(
                server: server,
                address: HostPort(host: organization.host, port: organization.port),
                wayOut: wayOut
            ),
            driver,
        ]
    }

    private var draft: InstanceDraft {
        var configuration = InstanceConfiguration()
        configuration.eventsEnabled = true
        configuration.eventType = .polling
        configuration.callbackURL = callback.url + "/events"
        configuration.signatureKey = Self.signatureKey
        configuration.objects = ["Account", "Contact", "Lead", "Opportunity", "Case"]
        configuration.refreshInterval = 1
        // It is polled far more often than an org would be.
        configuration.apiBudget = 100
        configuration.baseURL = HostPort(host: organization.host, port: organization.port).url
        configuration.apiKey = Secret(organization.clientID)
        configuration.apiSecret = Secret(organization.clientSecret)
        return InstanceDraft(
            name: "Demo org",
            tags: Self.tags,
            configuration: configuration,
            authorizationCode: organization.authorizationCode.map { Secret($0) }
        )
    }

    /// Whether an instance is that of an earlier demo: a person may tag one of theirs like it.
    static func isOwn(_ instance: Instance) -> Bool {
        instance.tags == tags && HTTPAddress.isLoopback(instance.configuration.baseURL)
    }

    /// Whether the callback refuses a notification with this event: the same in each attempt and replay.
    static func isBroken(_ event: String) -> Bool {
        // FNV-1a: spreads ids evenly, whatever they are made of.
        let hash = event.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return hash % brokenEvery == 0
    }

    static func refusal(isBroken: Bool) -> ListenerAnswer {
        isBroken
            ? ListenerAnswer(status: 500, refusal: "This receiver can't store the record.")
            : ListenerAnswer(status: 503)
    }

    /// Verifies what it gets, refuses a first attempt now and then, and some notifications always.
    private func listener(logger: Logger) -> CallbackListener {
        let check = SignatureCheck(key: Self.signatureKey)
        let count = DemoCounter()
        return CallbackListener(
            address: callback,
            logger: logger,
            now: Timestamp.now,
            onRunning: { _ in },
            receive: { notification in
                if let refusal = check.refusal(of: notification) {
                    return ListenerAnswer(status: 401, refusal: refusal)
                }
                let event = (try? JSON(parsing: notification.body))?["message"]?["eventId"]?.string ?? ""
                if Self.isBroken(event) { return Self.refusal(isBroken: true) }
                let isFirst = notification.header("signalbox-attempt") == "1"
                if isFirst, count.next() % Self.refusedEvery == 0 { return Self.refusal(isBroken: false) }
                return ListenerAnswer(status: 200)
            }
        )
    }
}

/// Counts notifications.
private final class DemoCounter: Sendable {
    private let count = Locked(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// Makes the instance as soon as org and engine are there, then polls it as a person would who keeps pressing the key.
private struct DemoDriver: Service {
    private static let pause = Duration.seconds(DemoScene.extraPolls.seconds)

    let engine: any ListenerEngine
    let store: any IntakeStore & DeliveryStore
    let org: Org
    let seed: UInt64
    let draft: InstanceDraft
    let orgBound: AsyncStream<Void>
    let report: @Sendable (Severity, String) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                for await _ in orgBound { break }
                while !engine.isReady { try await Task.sleep(for: .milliseconds(5)) }
                let instance = try await instance()
                // What there is by now is known with the first poll; what changes after it is news.
                _ = try? await engine.poll(instance)
                await org.act(times: DemoScene.firstChanges)
                _ = try? await engine.poll(instance)
                report(.info, "This is a simulated org; its records and changes are made up.")
                while true {
                    try await Task.sleep(for: Self.pause)
                    // Off, deleted or being changed by the person in front of it: that is theirs to decide.
                    _ = try? await engine.poll(instance)
                }
            } catch is CancellationError {
                return
            } catch {
                report(.failure, "The demo could not be set up: \(ErrorSentence.text(error))")
            }
        }
        try? await gracefulShutdown()
    }

    /// The instance of an earlier demo in the same data directory is given the new addresses; a new one an hour of history.
    private func instance() async throws -> InstanceID {
        let objects = draft.configuration.objects
        let history = try await DemoHistory.lived(by: org, objects: objects, now: .now(), seed: seed)
        let known = try await engine.instances().first { $0.tags == draft.tags }
        if let known { return try await engine.updateInstance(known.id, draft).id }
        var quiet = draft
        quiet.configuration.eventsEnabled = false
        let made = try await engine.createInstance(quiet)
        try await history.store(in: store, for: made)
        // As the form has it: what is secret stays as it is, and the code has been used.
        var configuration = made.configuration
        configuration.eventsEnabled = true
        let live = InstanceDraft(name: made.name, tags: made.tags, configuration: configuration)
        return try await engine.updateInstance(made.id, live).id
    }
}
