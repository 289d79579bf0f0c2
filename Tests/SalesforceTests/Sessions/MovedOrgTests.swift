import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// An org that is at another host than when its token was got.
struct MovedOrgTests {
    private static let former = "http://former.example"

    /// The org at its new host; at the former one, what some server left behind says.
    private final class Moved: HTTPExecuting {
        let org: InProcessOrg
        private let former: Locked<HTTPAnswer?>

        init(_ org: InProcessOrg, former: HTTPAnswer?) {
            self.org = org
            self.former = Locked(former)
        }

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            guard call.url.hasPrefix(MovedOrgTests.former) else { return try await org.execute(call) }
            guard let answer = former.withLock({ $0 }) else {
                throw HTTPFault.unreachable("no connection to that host could be made")
            }
            return answer
        }

        func session() async -> any OrgSession {
            let connection = OrgConnection(
                accessToken: await org.org.openSession(),
                refreshToken: nil,
                instanceURL: MovedOrgTests.former,
                organizationID: nil,
                userID: nil,
                issuedAt: org.machine.now
            )
            return SalesforceConnector(http: self, now: { [org] in org.machine.now }, pause: { _ in })
                .session(connection, configuration: InProcessOrg.configuration) { _ in }
        }
    }

    private static let page = Array("<html><body>This site has moved</body></html>".utf8)
    private static let html = ["content-type": "text/html"]

    static let leftBehind: [(String, HTTPAnswer?)] = [
        ("nobody", nil),
        ("301", HTTPAnswer(status: 301, headers: ["location": "http://org.example/"])),
        ("302 without a way", HTTPAnswer(status: 302)),
        ("307", HTTPAnswer(status: 307, headers: ["location": "/elsewhere"])),
        ("308", HTTPAnswer(status: 308, headers: html, body: page)),
        ("404 with a page", HTTPAnswer(status: 404, headers: html, body: page)),
        ("404 with nothing", HTTPAnswer(status: 404)),
        ("410", HTTPAnswer(status: 410)),
        ("410 with a page", HTTPAnswer(status: 410, headers: html, body: page)),
        ("403 with a page", HTTPAnswer(status: 403, headers: html, body: page)),
        ("200 with a page", HTTPAnswer(status: 200, headers: html, body: page)),
        ("200 with nothing", HTTPAnswer(status: 200)),
        ("200 with other JSON", HTTPAnswer(status: 200, body: Array(#"{"hello":"world"}"#.utf8))),
        (
            "401",
            HTTPAnswer(
                status: 401,
                body: Array(#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#.utf8)
            )
        ),
    ]

    @Test func `Whatever answers at the former host, the login host is asked where the org is`() async throws {
        for (name, answer) in Self.leftBehind {
            let org = InProcessOrg.empty()
            let ledger = MemoryLedger()
            let session = await Moved(org, former: answer).session()
            await #expect(throws: Never.self, Comment(rawValue: name)) {
                try await session.poll(ledger.request(["Account"]), into: ledger)
            }
            #expect(await ledger.records["Account"]?.cursor != nil, Comment(rawValue: name))
        }
    }

    @Test(arguments: [420, 500, 502, 503, 504])
    func `A page of a server under maintenance is called that, and moves nothing`(status: Int) async throws {
        let org = InProcessOrg.empty()
        let moved = Moved(org, former: HTTPAnswer(status: status, headers: Self.html, body: Self.page))
        let session = await moved.session()
        let ledger = MemoryLedger()
        let error = await #expect(throws: SalesforceError.self) {
            try await session.poll(ledger.request(["Account"]), into: ledger)
        }
        #expect(error?.kind == .transient)
        #expect(error?.message.contains("maintenance") == true)
        #expect(error?.message.contains("My Domain") == false)
    }

    @Test func `A login host that redirects is named with where it leads`() {
        let answer = HTTPAnswer(
            status: 301,
            headers: ["location": "https://new.my.salesforce.com/services/oauth2/token"]
        )
        let error = OAuthFailure.error(answer)
        #expect(error.kind == .elsewhere)
        #expect(error.message.contains("https://new.my.salesforce.com;"))
    }

    @Test func `Not modified is no redirect`() {
        #expect(!HTTPAnswer(status: 304, headers: ["location": "http://elsewhere.example/"]).isRedirect)
        #expect(!RestFailure.speaksOfMove(HTTPAnswer(status: 304)))
    }
}
