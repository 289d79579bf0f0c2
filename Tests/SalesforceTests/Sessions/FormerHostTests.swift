import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// What is said of a host where the org no longer is, and what finds it.
struct FormerHostTests {
    private static let page = "<html><body>Nothing to see here</body></html>"

    struct Case: Sendable, CustomTestStringConvertible {
        let answer: HTTPAnswer
        let testDescription: String

        init(_ status: Int, _ body: String = "", location: String? = nil) {
            answer = HTTPAnswer(
                status: status,
                headers: location.map { ["location": $0] } ?? [:],
                body: Array(body.utf8)
            )
            testDescription = "\(status) \(body.prefix(12))"
        }
    }

    static let elsewhere = [
        Case(301, location: "https://new.example/"), Case(302, page, location: "https://new.example/x"), Case(303),
        Case(307), Case(308), Case(404), Case(404, page), Case(410), Case(410, page), Case(200, page),
    ]

    /// Three hosts: a login, the org's former one and the one it is at now.
    private final class Hosts: HTTPExecuting {
        let org: InProcessOrg
        let former = Locked<HTTPAnswer?>(nil)
        let home = Locked("http://old.example")
        let tokens = Locked(0)
        /// Hosts that were shown a token.
        let bearers = Locked<Set<String>>([])

        init(_ org: InProcessOrg) { self.org = org }

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            if call.headers.contains(where: { $0.name == "Authorization" }),
                let host = HTTPAddress.authority(of: call.url)
            {
                bearers.withLock { _ = $0.insert("http://\(host)") }
            }
            if call.url.hasPrefix("http://old.example/services/data"), let odd = former.withLock({ $0 }) { return odd }
            guard call.url.hasSuffix("/token") else { return try await org.execute(call) }
            tokens.withLock { $0 += 1 }
            var answer = try await org.execute(call)
            let home = home.withLock { $0 }
            answer.body = Array(answer.text.replacing(InProcessOrg.address, with: home).utf8)
            return answer
        }

        func configuration(login: String = "http://login.example") -> InstanceConfiguration {
            var configuration = InProcessOrg.configuration
            configuration.baseURL = login
            return configuration
        }

        func session(
            _ configuration: InstanceConfiguration,
            _ save: @escaping @Sendable (OrgConnection) -> Void = { _ in }
        ) async throws -> any OrgSession {
            let connector = SalesforceConnector(http: self, now: { self.org.machine.now }, pause: { _ in })
            let connection = try await connector.connect(configuration, code: nil, codeVerifier: nil)
            tokens.withLock { $0 = 0 }
            return connector.session(connection, configuration: configuration) { save($0) }
        }

        func move(leaving odd: HTTPAnswer) {
            former.withLock { $0 = odd }
            home.withLock { $0 = "http://new.example" }
        }
    }

    @Test func `a 404 that is JSON speaks of a move where the list of versions was asked for`() async throws {
        let hosts = Hosts(InProcessOrg.empty())
        let saved = Locked<String?>(nil)
        let session = try await hosts.session(hosts.configuration()) { renewed in
            saved.withLock { $0 = renewed.instanceURL }
        }
        hosts.move(leaving: Case(404, #"[{"errorCode":"NOT_FOUND","message":"Gone"}]"#).answer)
        let ledger = MemoryLedger()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(saved.withLock { $0 } == "http://new.example")
    }

    @Test(arguments: elsewhere)
    func `a call in the middle of a session finds the org at its new host`(former: Case) async throws {
        let hosts = Hosts(InProcessOrg.empty())
        let session = try await hosts.session(hosts.configuration())
        let calling = try #require(session as? any OrgCalling)
        _ = try await calling.call("GET", "/limits", contentType: nil, body: nil)
        hosts.move(leaving: former.answer)
        _ = try await calling.call("GET", "/limits", contentType: nil, body: nil)
        #expect(hosts.tokens.withLock { $0 } == 1)
    }

    @Test(arguments: elsewhere)
    func `a login at the host that the org has left says where it is now`(former: Case) async throws {
        let hosts = Hosts(InProcessOrg.empty())
        let session = try await hosts.session(hosts.configuration(login: "http://old.example"))
        let ledger = MemoryLedger()
        try await session.poll(ledger.request(["Account"]), into: ledger)
        hosts.move(leaving: former.answer)
        try await session.poll(ledger.request(["Account"]), into: ledger)
        #expect(hosts.tokens.withLock { $0 } == 1)
        let bearers = hosts.bearers.withLock { $0 }
        #expect(bearers.isSubset(of: ["http://old.example", "http://new.example"]))
    }

    /// Who redirects names a host; only the login may say where the token goes.
    @Test(arguments: elsewhere)
    func `a login that names no other host leads nowhere, and no token goes where it is redirected`(
        former: Case
    ) async throws {
        let hosts = Hosts(InProcessOrg.empty())
        let session = try await hosts.session(hosts.configuration(login: "http://old.example"))
        hosts.former.withLock { $0 = former.answer }
        let ledger = MemoryLedger()
        let error = await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        #expect(error?.kind == .elsewhere)
        #expect(hosts.tokens.withLock { $0 } == 1)
        let bearers = hosts.bearers.withLock { $0 }
        #expect(bearers.isSubset(of: ["http://old.example"]))
    }

    @Test(arguments: [408, 413, 414, 429, 431])
    func `a page that is about the request speaks of no move`(status: Int) {
        #expect(!RestFailure.speaksOfMove(HTTPAnswer(status: status, body: Array(Self.page.utf8))))
    }

    @Test(arguments: elsewhere)
    func `My Domain is named only where the endpoint address is the host that has moved`(former: Case) async throws {
        for (login, names) in [("http://old.example", true), ("http://login.example", false)] {
            let hosts = Hosts(InProcessOrg.empty())
            let session = try await hosts.session(hosts.configuration(login: login))
            hosts.former.withLock { $0 = former.answer }
            let ledger = MemoryLedger()
            await #expect {
                try await session.poll(ledger.request(["Account"]), into: ledger)
            } throws: { error in
                (error as? SalesforceError)?.kind == .elsewhere && "\(error)".contains("My Domain") == names
                    && "\(error)".contains("old.example")
            }
        }
    }
}
