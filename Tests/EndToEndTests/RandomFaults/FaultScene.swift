#if PostgreSQL
import EngineTestSupport
import Foundation
import Glibc
import Primitives
import SimulatedOrg
import TestSupport
import Testing

/// Nodes at a database of their own, each by a way that can be cut; two orgs, of which one is polled, and a callback.
final class FaultScene: Sendable {
    let cluster: PostgresCluster
    let store: String
    let org: WatchedOrg
    let callback: RecordingCallback
    let nodes: [TroubledNode]
    let load: SteadyLoad
    /// The instance that watches each object of the org.
    let polled: [String: Int64]
    let instances: [Int64]
    private let directory: ScratchDirectory
    private let servers: [LocalServer]
    private let windowsSeen = Locked<[FaultWindow]>([])

    init(nodes count: Int, seed: UInt64) async throws {
        let directory = try ScratchDirectory()
        let (cluster, store) = try await offThread {
            Result {
                let cluster = try PostgresCluster.separate()
                return (cluster, try cluster.makeDatabase())
            }
        }.get()
        let org = try await WatchedOrg(seed: seed)
        let callback = RecordingCallback(seed: seed)
        let called = try await callback.start()
        let database = PostgresCluster.database(store)
        var nodes: [TroubledNode] = []
        for index in 0..<count {
            let proxy = try await TCPProxy(to: cluster.socket)
            // The clock of the last one can be set.
            let hasClock = index == count - 1 && FakeClock.library != nil && FakeClock.compiler != nil
            let node = TroubledNode(
                ["one", "two", "three"][index],
                in: directory.path,
                store: "postgres://signalbox@127.0.0.1:\(proxy.port)/\(database)?sslmode=disable",
                proxy: proxy,
                clock: hasClock ? try await FakeClock(directory) : nil,
                onStart: { org.watch($0) }
            )
            nodes.append(node)
        }
        // The first one makes the tables.
        try await nodes[0].start()
        try await Self.watch(cluster, store)
        for node in nodes.dropFirst() { try await node.start() }
        let api = try await nodes[0].api()
        let (polled, addresses) = try await Self.makeInstances(api, org, "\(called.url)/hook")
        let known = nodes
        load = SteadyLoad(nodes: nodes.map(\.path), addresses: addresses) { path in
            known.first { $0.path == path }?.hasWrongClock ?? false
        }
        instances = polled.values.sorted() + addresses.map(\.instance)
        self.polled = polled
        (self.directory, self.cluster, self.store, self.org) = (directory, cluster, store, org)
        (self.callback, self.nodes, servers) = (callback, nodes, [called, org.server])
    }

    /// One for each object of the org, and some that take webhooks.
    private static func makeInstances(
        _ api: ManagementAPI,
        _ org: WatchedOrg,
        _ callback: String
    ) async throws -> (polled: [String: Int64], addresses: [WebhookAddress]) {
        let grant: [String: JSON] = ["oauth.grant.type": "client_credentials"]
        var polled: [String: Int64] = [:]
        for object in WatchedOrg.objects {
            let made = try await api.post(
                "/instances",
                Surroundings.instance(org.access, callback, objects: object, interval: "1", overriding: grant)
            )
            polled[object] = try #require(made["id"]?.integer)
        }
        // Their org goes away: what it would find missing of the records is not what this is about.
        let other = try await WatchedOrg(seed: 1)
        var addresses: [WebhookAddress] = []
        for _ in 0..<3 {
            let settings = grant.merging(["event.vendor.type": "webhooks"]) { $1 }
            let made = try await api.post(
                "/instances",
                Surroundings.instance(other.access, callback, objects: "Account", interval: "60", overriding: settings)
            )
            addresses.append(try await WebhookAddress(of: try #require(made["id"]?.integer), api))
        }
        await other.server.stop()
        return (polled, addresses)
    }

    func stop() async {
        for server in servers { await server.stop() }
    }

    // MARK: The database

    /// What PostgreSQL's own client says.
    @discardableResult
    func ask(_ sql: String) async throws -> String { try await Self.ask(cluster, store, sql) }

    /// What waits for its delivery, and at whom, for a failure's text.
    func undelivered() async -> String {
        let question = """
            SELECT format('instance %s at node %s%s: %s in state %s, numbers %s to %s, at most %s attempts, next %s, last error %s',
                d.instance, l.node, ' held: ' || h.reason, count(*), d.state, min(d.id), max(d.id), max(d.attempts),
                min(d.next_attempt), max(d.last_error))
            FROM signalbox.delivery d LEFT JOIN signalbox.lease l USING (instance)
            LEFT JOIN signalbox.callback_hold h USING (instance)
            WHERE d.state <> 4 GROUP BY d.instance, l.node, h.reason, d.state ORDER BY 1
            """
        do { return try await ask(question) } catch { return "\(error)" }
    }

    private static func ask(_ cluster: PostgresCluster, _ store: String, _ sql: String) async throws -> String {
        try await offThread { Result { try cluster.ask(store: store, sql) } }.get()
    }

    /// Has the database keep book of who holds what when, and of cursors that go back.
    private static func watch(_ cluster: PostgresCluster, _ store: String) async throws {
        _ = try await ask(
            cluster,
            store,
            """
            CREATE SCHEMA watch;
            CREATE TABLE watch.holder (id bigint GENERATED ALWAYS AS IDENTITY, instance bigint, node bigint, at timestamptz);
            CREATE TABLE watch.node (fence bigint, name text, at timestamptz);
            CREATE TABLE watch.back (
                instance bigint, object text, was bigint, became bigint, deleted_was bigint, deleted_became bigint, at timestamptz
            );
            INSERT INTO watch.node SELECT fence, name, clock_timestamp() FROM signalbox.node;
            CREATE FUNCTION watch.lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO watch.holder (instance, node, at) VALUES (NEW.instance, NEW.node, clock_timestamp());
                RETURN NULL; END $$;
            CREATE TRIGGER watched AFTER INSERT OR UPDATE OF node ON signalbox.lease
                FOR EACH ROW EXECUTE FUNCTION watch.lease();
            CREATE FUNCTION watch.node() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO watch.node VALUES (NEW.fence, NEW.name, clock_timestamp());
                RETURN NULL; END $$;
            CREATE TRIGGER watched AFTER INSERT ON signalbox.node FOR EACH ROW EXECUTE FUNCTION watch.node();
            CREATE FUNCTION watch.cursor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO watch.back VALUES (NEW.instance, NEW.object, OLD.cursor, NEW.cursor, OLD.deleted_cursor,
                    NEW.deleted_cursor, clock_timestamp());
                RETURN NULL; END $$;
            CREATE TRIGGER watched AFTER UPDATE ON signalbox.poller FOR EACH ROW
                WHEN (NEW.cursor < OLD.cursor OR NEW.cursor IS NULL AND OLD.cursor IS NOT NULL
                    OR NEW.deleted_cursor < OLD.deleted_cursor OR NEW.deleted_cursor IS NULL AND OLD.deleted_cursor IS NOT NULL)
                EXECUTE FUNCTION watch.cursor();
            """
        )
    }

    // MARK: What happens

    var windows: [FaultWindow] { windowsSeen.withLock { $0 } }

    /// Lets something befall a node, or all of them, and returns when it is over.
    func befall(_ fault: Fault, _ node: TroubledNode) async throws {
        let begin = Date.now.timeIntervalSince1970
        var end: Double?
        var isEverybodys = false
        switch fault {
        case .kill(let pause):
            node.signal(SIGKILL)
            #expect(try await node.end() == 128 + SIGKILL)
            end = Date.now.timeIntervalSince1970
            await passed(pause)
            try await node.start()
        case .stop(let pause):
            node.signal(SIGTERM)
            #expect(try await node.end() == 0, "\(node.diagnostics.suffix(3000))")
            end = Date.now.timeIntervalSince1970
            await passed(pause)
            try await node.start()
        case .pause(let milliseconds):
            node.allowEnd()
            node.signal(SIGSTOP)
            await passed(milliseconds)
            node.signal(SIGCONT)
        case .cut(let times):
            for _ in 0..<times {
                node.proxy.cut()
                await passed(150)
            }
        case .silence(let milliseconds, let cuts):
            node.allowEnd()
            node.proxy.standStill()
            await passed(milliseconds)
            if cuts { node.proxy.cut() }
            node.proxy.goOn()
        case .clock(let hours): try node.setClock(bySeconds: hours * 3600)
        case .restart(let stop, let seconds):
            isEverybodys = true
            for node in nodes { node.allowEnd() }
            try cluster.restart(stop, afterSeconds: seconds)
            await passed(seconds * 1000)
            try await waitUntil("PostgreSQL to serve again", within: 120) {
                (try? await self.ask("SELECT pg_postmaster_start_time() > to_timestamp(\(begin))")) == "t"
            }
        }
        let window = FaultWindow(
            fault: fault,
            node: isEverybodys ? nil : node.name,
            begin: begin,
            end: end ?? Date.now.timeIntervalSince1970
        )
        windowsSeen.withLock { $0.append(window) }
    }

    /// Time passes, as it is what the fault is made of.
    func passed(_ milliseconds: Int) async {
        try? await elapse(milliseconds: milliseconds)
    }

    /// Waits until all nodes are at work, and each holds its share.
    func settle() async throws {
        let most = (instances.count + nodes.count - 1) / nodes.count
        let question = """
            SELECT count(DISTINCT node) || ' ' || max(n) || ' ' || (SELECT count(*) FROM signalbox.node) || ' ' || min(node)
            FROM (SELECT node, count(*) OVER (PARTITION BY node) n FROM signalbox.lease WHERE instance > 0) h
            """
        let wanted = "\(nodes.count) \(most) \(nodes.count) "
        var last = ""
        try await waitUntil("the nodes to have their shares", within: 90, seen: { last + "\n" + self.diagnostics }) {
            for node in nodes { try await node.supervise() }
            last = (try? await ask(question)) ?? ""
            return last.hasPrefix(wanted) && !last.hasSuffix(" 0")
        }
        for node in nodes {
            let api = try await node.api()
            try await waitUntil("\(node.name) to be ready", within: 60, seen: { node.diagnostics }) {
                (try? await api.answer(to: "/readyz", token: api.token))?.status == 200
            }
            node.requireStay()
        }
    }

    var diagnostics: String { nodes.map { "\($0.name): \($0.diagnostics.suffix(1500))" }.joined(separator: "\n") }
}
#endif
