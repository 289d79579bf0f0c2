import Domain
import EngineAPI
import HTTPTypes
import Primitives
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

    private static let settings =
        #"{"configuration":{"oauth.api.key":"key","oauth.api.secret":"hush","oauth.callback.url":"https://a.example/b"}}"#

    private func begin(_ fixture: Fixture) async throws -> (state: String, answer: Fixture.Answer) {
        let answer = try await fixture.call(.post, "/authorizations", Self.settings)
        #expect(answer.status == 200)
        return (try #require(answer.json["state"]?.string), answer)
    }

    @Test func `an authorization begins with an address, a redirect address and an end`() async throws {
        let (state, answer) = try await begin(Fixture())
        #expect(answer.json["url"]?.string?.hasSuffix("client_id=key&state=\(state)") == true)
        #expect(answer.json["redirectUrl"] == "https://a.example/b")
        #expect(answer.json["expires"]?.string == Fixture.start.advanced(bySeconds: 900).isoMilliseconds)
        #expect(answer.json["status"] == "waiting")
        #expect(state.utf8.count == 43)
        #expect(!answer.text.contains("hush"))
    }

    @Test func `without a callback URL the browser comes back to this listener's own port`() async throws {
        let fixture = Fixture()
        let body = #"{"configuration":{"oauth.api.key":"key"}}"#
        #expect(try await fixture.call(.post, "/authorizations", body).status == 503)
        fixture.engine.acceptRedirects(at: "http://localhost:4711/oauth/callback")
        let answer = try await fixture.call(.post, "/authorizations", body)
        #expect(answer.json["redirectUrl"] == "http://localhost:4711/oauth/callback")
    }

    @Test func `the redirect's code reaches who waits for it, once`() async throws {
        let fixture = Fixture()
        let (state, _) = try await begin(fixture)
        async let waiting = fixture.call(.get, "/authorizations/\(state)?wait=60")
        let path = "/oauth/callback?code=a%2Fb&state=\(state)"
        let first = try await fixture.call(.get, path, authorization: nil)
        #expect(first.status == 200)
        #expect(first.text.contains("Access granted"))
        #expect(first.header("Content-Security-Policy")?.hasPrefix("default-src 'none'") == true)
        #expect(try await waiting.json == ["status": "granted"], "neither code nor state is told again")
        #expect(try await fixture.call(.get, path, authorization: nil).status == 400)
    }

    @Test func `a refusal reaches who waits as a sentence, and can't write HTML`() async throws {
        let fixture = Fixture()
        let (state, _) = try await begin(fixture)
        let answer = try await fixture.call(
            .get,
            "/oauth/callback?error=access_denied&error_description=%3Cscript%3Eno&state=\(state)",
            authorization: nil
        )
        #expect(answer.text.contains("Salesforce says: &lt;script&gt;no."))
        let progress = try await fixture.call(.get, "/authorizations/\(state)").json
        #expect(progress["status"] == "refused")
        #expect(progress["message"]?.string?.contains("choose Allow") == true)
    }

    @Test(arguments: ["", "?code=x", "?code=x&state=made-up", "?state=s"])
    func `a redirect that nobody waits for is told so, and changes nothing`(_ query: String) async throws {
        let fixture = Fixture()
        let (state, _) = try await begin(fixture)
        #expect(try await fixture.call(.get, "/oauth/callback" + query, authorization: nil).status == 400)
        #expect(try await fixture.call(.get, "/authorizations/\(state)").json == ["status": "waiting"])
    }

    @Test func `a pasted reply counts if it is of this attempt`() async throws {
        let fixture = Fixture()
        let (state, _) = try await begin(fixture)
        for reply in ["https://a.example/b?code=x&state=other", "https://a.example/b?code=x", "two words", ""] {
            let body = JSON.object([.init("reply", .string(reply))]).text
            #expect(try await fixture.call(.post, "/authorizations/\(state)", body).status == 400, "\(reply)")
        }
        #expect(try await fixture.call(.post, "/authorizations/\(state)", "{}").status == 400)
        let body = #"{"reply":" https://a.example/b?code=x%3D&state=\#(state)\n"}"#
        #expect(try await fixture.call(.post, "/authorizations/\(state)", body).json == ["status": "granted"])
    }

    @Test func `giving up ends the wait, and the rest is not there any more`() async throws {
        let fixture = Fixture()
        let (state, _) = try await begin(fixture)
        async let waiting = fixture.call(.get, "/authorizations/\(state)?wait=60")
        #expect(try await fixture.call(.delete, "/authorizations/\(state)").status == 200)
        #expect(try await waiting.status == 404)
        #expect(try await fixture.call(.post, "/authorizations/\(state)", #"{"reply":"aPrx"}"#).status == 404)
        let late = "/oauth/callback?code=x&state=\(state)"
        #expect(try await fixture.call(.get, late, authorization: nil).status == 400)
    }

    @Test(arguments: ["-1", "61", "soon"])
    func `the wait is bounded`(_ wait: String) async throws {
        #expect(try await Fixture().call(.get, "/authorizations/x?wait=\(wait)").status == 400)
    }

    @Test func `a state stands for a code, unless there is one or another grant is asked for`() async throws {
        let fixture = Fixture()
        func draft(_ providerData: String, _ more: String = "") async throws -> InstanceDraft? {
            let body =
                #"{"element":{"key":"sfdc"},"name":"a","providerData":\#(providerData),"configuration":{"oauth.api.key":"k"\#(more)}}"#
            #expect(try await fixture.call(.post, "/instances", body).status == 200)
            return fixture.engine.state.withLock { $0.drafts.last }
        }
        #expect(try await draft(#"{"state":"s"}"#)?.authorizationState == "s")
        let both = try await draft(#"{"code":"c","state":"s"}"#)
        #expect(both?.authorizationState == nil && both?.authorizationCode == "c")
        let token = #","oauth.user.refresh_token":"5Aep""#
        #expect(try await draft(#"{"state":"s"}"#, token)?.authorizationState == nil)
    }
}
