import Domain
import EngineAPI
import FoundationEssentials
import HTTPTypes
import Logging
import NIOCore
import Primitives
import TestSupport
import Testing

@testable import Gateway

/// Named tokens, their scopes, their change under a running node, and who tries wrong ones.
@Suite(.timeLimit(.minutes(20)))
struct TokenTests {
    private static let now = Fixture.start

    /// The contract, by the names that stand in `/openapi.json`; both forms of a call on an instance are one.
    private static let contract: [AccessScope: Set<String>] = [
        .read: [
            "getElementMetadata", "listInstances", "getInstance", "listSettings", "getSetting", "listPollerRecords",
            "listEvents", "listEventsOfInstance", "getEvent", "getEventOfInstance", "listBacklogs", "countEvents",
            "countEventsByInstance", "countEventsByAccount", "listDispositions", "listDeliveries", "listAttempts",
            "listReplays", "getReplay", "streamEvents", "engineInstances", "engineInstance", "engineEvents",
            "engineEvent", "engineEventByID", "engineCounts", "engineHistogram", "engineActivity", "engineFailures",
            "engineStatistics", "enginePreviewReplays", "engineReplayJobs", "engineReplayJob", "engineApexStatus",
            "engineNotices",
        ],
        .operate: [
            "poll", "replayEvent", "beginReplay", "changeReplay", "cancelReplay", "holdCallback", "releaseCallback",
            "changeBacklogs", "cancelBacklogs", "engineChangeBacklogs", "enginePoll", "engineReplay",
            "engineSignedRequest", "engineCreateReplayJob", "engineChangeReplayJob", "engineCancelReplayJob",
            "engineTestCallback", "engineHoldCallback", "engineResumeCallback", "engineDescribeObjects",
        ],
        .admin: [
            "getAuthorizeURL", "createInstance", "createInstanceOfElement", "replaceInstance", "changeInstance",
            "deleteInstance", "enableInstance", "disableInstance", "changeSetting", "getWebhook",
            "rotateWebhookSecret", "getApex", "deployApex", "removeApex", "beginAuthorization", "getAuthorization",
            "completeAuthorization", "cancelAuthorization", "engineCreateInstance", "engineUpdateInstance",
            "engineDeleteInstance", "engineSetEnabled", "beginReauthorization", "engineBeginAuthorization",
            "engineAuthorization", "engineCompleteAuthorization", "engineCancelAuthorization", "engineApexProject",
            "engineAuditEntries", "engineDeployApex", "engineRemoveApex", "engineRotateReceiverSecret",
            "engineRotateKey",
        ],
    ]

    private static let closed = [Route].all.filter { $0.access != .open }

    @Test func `every call of both APIs has the scope of the contract`() {
        var scopes: [AccessScope: Set<String>] = [:]
        for route in Self.closed {
            guard case .scope(let scope) = route.access else { continue }
            let isOfToken = route.operation.hasSuffix("OfToken")
            let name = isOfToken ? String(route.operation.dropLast("OfToken".count)) : route.operation
            scopes[scope, default: []].insert(name)
        }
        for scope in AccessScope.allCases {
            let (found, agreed) = (scopes[scope] ?? [], Self.contract[scope] ?? [])
            #expect(found.symmetricDifference(agreed).sorted() == [], "\(scope)")
        }
        // Whatever changes something is for nobody who may only read.
        for route in Self.closed {
            let isQuestion =
                route.method == .get || route.template.hasSuffix("/preview")
                || ["/events/page", "/events/counts", "/events/histogram"].contains { route.template.hasSuffix($0) }
            #expect(isQuestion || route.access != .scope(.read), "\(route.operation)")
        }
    }

    @Test(arguments: AccessScope.allCases)
    func `a token opens what its scope does and no more, at every route`(_ scope: AccessScope) async throws {
        let token = NamedToken.makeText()
        let credentials = Credentials(
            user: Fixture.credentials.user.exposed,
            organization: Fixture.credentials.organization.exposed,
            tokens: [
                NamedToken(name: "other", scope: .admin, created: Self.now, token: NamedToken.makeText()),
                NamedToken(name: "robot", scope: scope, created: Self.now, token: token),
            ]
        )
        let fixture = Fixture(live: { credentials })
        for route in Self.closed where route.answer.mediaType != "text/event-stream" {
            let path = route.template.replacing("{id}", with: "401").replacing("{keyOrId}", with: "sfdc")
            let answer = try await fixture.call(
                route.method,
                path,
                route.body == nil ? nil : "[]",
                authorization: "Bearer \(token.exposed)"
            )
            let isRefused = answer.status == 403 && answer.message?.contains("scope") == true
            guard case .scope(let needed) = route.access else { continue }
            #expect(isRefused == (scope < needed), "\(route.operation) \(answer.status)")
            #expect(answer.status != 401, "\(route.operation)")
        }
        for wrong in [
            "User \(token.exposed)", "Bearer \(token.exposed)x", "Bearer \(token.exposed), Organization none",
        ] {
            #expect(try await fixture.call(.get, "/instances/401", authorization: wrong).status == 401)
        }
    }

    @Test func `only another node is believed who asked, and no token, whatever it opens`() async throws {
        let token = NamedToken.makeText()
        let credentials = Credentials(
            user: Fixture.credentials.user.exposed,
            organization: Fixture.credentials.organization.exposed,
            tokens: [NamedToken(name: "robot", scope: .admin, created: Self.now, token: token)]
        )
        let fixture = Fixture(live: { credentials })
        let id = try await fixture.makeInstance().id
        let name = try #require(HTTPField.Name(Forwarding.header))
        func hold(_ authorization: String) async throws -> (actor: String, isForwarded: Bool)? {
            let path = "/signalbox/v1/instances/\(id)/callback-hold"
            let answer = try await fixture.call(
                .put,
                path,
                "{}",
                authorization: authorization,
                headers: [name: "token deploy-bot"]
            )
            #expect(answer.status < 300, "\(answer.text)")
            return fixture.engine.state.withLock { $0.holders.last }
        }
        let owner = "Bearer \(credentials.user.exposed)"
        let alone = try await hold(owner)
        #expect(alone?.actor == "management user secret" && alone?.isForwarded == false)
        let standing = NodeStanding(
            name: "two",
            version: "1",
            management: "",
            receiver: "",
            started: "",
            instances: 0,
            isOwn: false
        )
        fixture.engine.state.withLock { $0.nodes = [standing] }
        let node = try await hold(owner)
        #expect(node?.actor == "token deploy-bot" && node?.isForwarded == true)
        let robot = try await hold("Bearer \(token.exposed)")
        #expect(robot?.actor == "token robot" && robot?.isForwarded == false)
    }

    @Test(arguments: [AccessScope.read, .operate])
    func `no answer to less than admin holds a receiver's address or an Element token`(_ scope: AccessScope)
        async throws
    {
        let token = NamedToken.makeText()
        let credentials = Credentials(
            user: Fixture.credentials.user.exposed,
            organization: Fixture.credentials.organization.exposed,
            tokens: [NamedToken(name: "robot", scope: scope, created: Self.now, token: token)]
        )
        let fixture = Fixture(live: { credentials })
        let instance = try await fixture.makeInstance()
        var answered: [String: String] = [:]
        for route in Self.closed where route.answer.mediaType != "text/event-stream" {
            let path = route.template.replacing("{id}", with: "\(instance.id)").replacing("{keyOrId}", with: "sfdc")
            let mayElement = route.template.contains("{id}") ? "" : ", Element \(instance.token.exposed)"
            for element in Set(["", mayElement]) {
                let answer = try await fixture.call(
                    route.method,
                    path,
                    route.body == nil ? nil : "{}",
                    authorization: "Bearer \(token.exposed)\(element)"
                )
                if answer.status == 200 { answered[route.operation] = answer.text }
                for secret in [instance.token, instance.receiverToken, instance.receiverSecret] {
                    #expect(!answer.text.contains(secret.exposed), "\(route.operation)")
                }
            }
        }
        let shown: Set = ["getInstance", "listInstances", "engineInstances", "engineInstance"]
        #expect(shown.isSubset(of: answered.keys))
        #expect(shown.allSatisfy { answered[$0]?.contains("/events/sfdc/********") == true })
        // Whoever may do everything sees them.
        let whole = try await fixture.call(.get, "/instances/\(instance.id)").text
        #expect(whole.contains(instance.token.exposed) && whole.contains(instance.receiverToken.exposed))
    }

    @Test func `tokens are made, listed and revoked in a file that holds their hashes alone`() throws {
        let scratch = try ScratchDirectory()
        let directory = scratch.path
        func create(_ name: String, _ scope: AccessScope) throws -> Secret {
            try Credentials.createToken(named: name, scope: scope, now: Self.now, dataDirectory: directory)
        }
        let first = try create("robot", .read)
        let second = try create("ada.l-1", .operate)
        #expect(first != second && first.exposed.hasPrefix("sbt_") && first.exposed.utf8.count > 40)
        for name in ["robot", "", "two words", "a,b", String(repeating: "n", count: 65), "Ä"] {
            #expect(throws: Credentials.Fault.self) { try create(name, .read) }
        }
        let path = directory + "/tokens.json"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(!text.contains(first.exposed) && !text.contains(String(first.exposed.dropFirst(4))))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let known = try Credentials.load(dataDirectory: directory)
        #expect(known.tokens.map(\.name) == ["robot", "ada.l-1"] && known.tokens.map(\.scope) == [.read, .operate])
        #expect(Authorization("Bearer \(first.exposed)").principal(known)?.scope == .read)
        #expect(Authorization("bearer \(second.exposed)").principal(known)?.scope == .operate)
        try Credentials.revokeToken(named: "robot", dataDirectory: directory)
        #expect(throws: Credentials.Fault.self) {
            try Credentials.revokeToken(named: "robot", dataDirectory: directory)
        }
        let left = try Credentials.load(dataDirectory: directory)
        #expect(Authorization("Bearer \(first.exposed)").principal(left)?.scope == nil)
        #expect(Authorization("Bearer \(second.exposed)").principal(left)?.scope == .operate)
        // Rotating the secrets leaves the tokens.
        let rotated = try Credentials.rotate(dataDirectory: directory)
        #expect(rotated.user != left.user && rotated.organization != left.organization)
        #expect(rotated.tokens == left.tokens)
        #expect(Authorization("Bearer \(left.user.exposed)").principal(rotated)?.scope == nil)
        #expect(Authorization("Bearer \(rotated.user.exposed)").principal(rotated)?.scope == .admin)
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"tokens":[{"name":"a"}]}"#, #"{"tokens":[{"name":"a","scope":"root"}]}"#])
    func `a list of tokens that can't be understood is refused whole, and said`(_ text: String) throws {
        let scratch = try ScratchDirectory()
        _ = try Credentials.load(dataDirectory: scratch.path)
        try scratch.write(text, to: "tokens.json")
        let fault = #expect(throws: Credentials.Fault.self) { try Credentials.load(dataDirectory: scratch.path) }
        #expect(fault?.message.contains("tokens.json") == true)
    }

    @Test func `a running node takes changed files up at once, and keeps what it knows where they are broken`()
        throws
    {
        let scratch = try ScratchDirectory()
        let first = try Credentials.load(dataDirectory: scratch.path)
        let watch = CredentialWatch(first, dataDirectory: scratch.path, logger: Logger.quiet)
        #expect(watch.current == first)
        let second = try Credentials.rotate(dataDirectory: scratch.path)
        #expect(watch.current == second && second != first)
        let token = try Credentials.createToken(
            named: "robot",
            scope: .read,
            now: Self.now,
            dataDirectory: scratch.path
        )
        #expect(Authorization("Bearer \(token.exposed)").principal(watch.current)?.scope == .read)
        try scratch.write("broken", to: "credentials.json")
        #expect(watch.current.user == second.user)
        try FileManager.default.removeItem(atPath: scratch.path + "/credentials.json")
        #expect(watch.current.user == second.user)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/credentials.json"))
        try Credentials.revokeToken(named: "robot", dataDirectory: scratch.path)
        let third = try Credentials.rotate(dataDirectory: scratch.path)
        #expect(watch.current == third && third.tokens.isEmpty)
    }

    @Test func `a read that fails for once does not leave a revoked token in force`() throws {
        let scratch = try ScratchDirectory()
        defer { scratch.remove() }
        let token = try Credentials.createToken(
            named: "robot",
            scope: .admin,
            now: Self.now,
            dataDirectory: scratch.path
        )
        let time = Locked(ContinuousClock.Instant.now)
        let fails = Locked(false)
        let tries = Locked(0)
        let lines = LogLines()
        let path = scratch.path
        let watch = CredentialWatch(
            try Credentials.load(dataDirectory: path),
            dataDirectory: path,
            logger: lines.logger,
            now: { time.withLock { $0 } }
        ) { () throws(Credentials.Fault) in
            tries.withLock { $0 += 1 }
            if fails.withLock({ $0 }) { throw Credentials.Fault(message: "There are too many open files.") }
            return try Credentials.load(dataDirectory: path)
        }
        func scope() -> AccessScope? { Authorization("Bearer \(token.exposed)").principal(watch.current)?.scope }
        #expect(scope() == .admin)
        fails.withLock { $0 = true }
        try Credentials.revokeToken(named: "robot", dataDirectory: path)
        for _ in 0..<5 { #expect(scope() == .admin) }
        // Not at each of many calls, and said once.
        #expect(tries.withLock { $0 } == 2)
        time.withLock { $0 += .seconds(1) }
        #expect(scope() == .admin)
        #expect(tries.withLock { $0 } == 3)
        #expect(lines.all.count == 1)
        fails.withLock { $0 = false }
        time.withLock { $0 += .seconds(1) }
        #expect(scope() == nil)
        #expect(scope() == nil)
        #expect(tries.withLock { $0 } == 4)
    }

    // MARK: Wrong ones

    private static func address(_ text: String) throws -> SocketAddress { try SocketAddress(ipAddress: text, port: 1) }

    @Test func `wrong secrets take longer and longer at their address alone, and are forgotten in time`() async throws {
        let waits = Locked<[Duration]>([])
        let clock = Locked(NIODeadline.now())
        let tries = FailedTries(now: { clock.withLock { $0 } }, pause: { wait in waits.withLock { $0.append(wait) } })
        let one = ClientAddress.key(try Self.address("192.0.2.1"))
        for _ in 0..<FailedTries.free { #expect(try await tries.delay(one)) }
        #expect(waits.withLock { $0 } == [])
        for _ in 0..<7 { #expect(try await tries.delay(one)) }
        #expect(waits.withLock { $0 } == [250, 500, 1000, 2000, 4000, 5000, 5000].map { .milliseconds($0) })
        #expect(try await tries.delay(ClientAddress.key(try Self.address("192.0.2.2"))))
        #expect(try await tries.delay(nil))
        #expect(waits.withLock { $0.count } == 7)
        clock.withLock { $0 = $0 + .minutes(16) }
        #expect(try await tries.delay(one))
        #expect(waits.withLock { $0.count } == 7)
    }

    @Test func `their number is bounded, at one address and of addresses`() async throws {
        let gate = Gate()
        let tries = FailedTries(pause: { _ in await gate.wait() })
        let one = ClientAddress.key(try Self.address("192.0.2.1"))
        for _ in 0..<FailedTries.free { _ = try await tries.delay(one) }
        let waiting = (0..<FailedTries.mostWaiting).map { _ in Task { try await tries.delay(one) } }
        try await waitUntil("the places to be taken") { tries.waiting == FailedTries.mostWaiting ? true : nil }
        let further = try await tries.delay(one)
        #expect(!further)
        gate.open()
        for task in waiting { _ = try? await task.value }
        for number in 0..<3000 { _ = try await tries.delay("address \(number)") }
        #expect(tries.count <= 1024)
    }

    @Test func `an address of IPv6 counts with its network, one of IPv4 for itself`() throws {
        func key(_ text: String) throws -> String? { ClientAddress.key(try Self.address(text)) }
        #expect(try key("2001:db8::1") == key("2001:db8::ffff:1:2:3"))
        #expect(try key("2001:db8:0:1::1") != key("2001:db8::1"))
        #expect(try key("::ffff:192.0.2.1") == key("192.0.2.1"))
        #expect(try key("192.0.2.1") != key("192.0.2.2"))
        #expect(ClientAddress.key(try SocketAddress(unixDomainSocketPath: "/tmp/none")) == nil)
    }
}
