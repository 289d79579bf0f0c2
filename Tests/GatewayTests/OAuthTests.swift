import Domain
import HTTPTypes
import Testing

@testable import Gateway

struct OAuthTests {
    @Test func `the authorize address never holds the secret`() async throws {
        let query = "apiKey=key&apiSecret=hush&callbackUrl=https%3A%2F%2Fa.example%2Fb&siteAddress=test.salesforce.com"
        let answer = try await Fixture().call(.get, "/elements/sfdc/oauth/url?\(query)&state=mine")
        #expect(answer.status == 200)
        #expect(answer.json["element"]?.string == "sfdc")
        let url = try #require(answer.json["oauthUrl"]?.string)
        #expect(url == "https://test.salesforce.com/services/oauth2/authorize?client_id=key&state=mine")
        #expect(!answer.text.contains("hush"))
    }

    @Test func `the metadata names the events of each object`() async throws {
        let answer = try await Fixture().call(.get, "/elements/sfdc/metadata")
        #expect(answer.json["events"]?["supported"] == true)
        #expect(answer.json["events"]?["methods"] == ["polling", "webhook"])
        for method in ["polling", "webhook"] {
            let objects = answer.json["events"]?[method]?.members?.map(\.name)
            #expect(objects == ["Account", "Lead", "Contact", "Opportunity", "{objectName}"])
            #expect(answer.json["events"]?[method]?["Lead"]?["eventTypes"] == ["created", "updated", "deleted"])
        }
    }

    @Test func `the redirect's code reaches who waits for it, once`() async throws {
        let fixture = Fixture()
        let ticket = fixture.authorizations.begin()
        async let outcome = fixture.authorizations.outcome(of: ticket)
        let path = "/oauth/callback?code=a%2Fb&state=\(ticket.state)"
        let first = try await fixture.call(.get, path, authorization: nil)
        #expect(first.status == 200)
        #expect(first.text.contains("Access granted"))
        #expect(first.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
        #expect(try await outcome == .code("a/b"))
        #expect(try await fixture.call(.get, path, authorization: nil).status == 400)
    }

    @Test func `a refusal reaches who waits, and can't write HTML`() async throws {
        let fixture = Fixture()
        let ticket = fixture.authorizations.begin()
        let answer = try await fixture.call(
            .get,
            "/oauth/callback?error=access_denied&error_description=%3Cscript%3Eno&state=\(ticket.state)",
            authorization: nil
        )
        #expect(answer.text.contains("Salesforce says: &lt;script&gt;no."))
        let outcome = try await fixture.authorizations.outcome(of: ticket)
        #expect(outcome == .refused(error: "access_denied", description: "<script>no"))
    }

    @Test(arguments: ["", "?code=x", "?code=x&state=made-up", "?state=s"])
    func `a redirect that nobody waits for is told so`(_ query: String) async throws {
        #expect(try await Fixture().call(.get, "/oauth/callback" + query, authorization: nil).status == 400)
    }

    @Test func `giving up ends the wait`() async throws {
        let authorizations = PendingAuthorizations(now: { Fixture.start })
        let ticket = authorizations.begin()
        let waiting = Task { try await authorizations.outcome(of: ticket) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(!authorizations.complete(state: ticket.state, .code("late")))
    }
}
