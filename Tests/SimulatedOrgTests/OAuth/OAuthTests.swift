import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport
import Testing

struct OAuthTests {
    private let credentials = "client_id=signalbox-demo&client_secret=signalbox-demo-secret"

    /// Goes through the authorize page and returns the code.
    private func code(_ client: OrgClient, _ extra: String = "") async throws -> String {
        let path =
            "/services/oauth2/authorize?response_type=code&client_id=signalbox-demo&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=a%20b\(extra)"
        let answer = await client.org.respond(to: SimulatedRequest("GET", path))
        #expect(answer.status == 302)
        let location = try #require(answer.headers["Location"])
        #expect(location.hasPrefix("https://app.example/cb?code="))
        #expect(location.hasSuffix("&state=a%20b"))
        let rest = location.dropFirst("https://app.example/cb?code=".count)
        return String(rest.prefix { $0 != "&" })
    }

    private func exchange(_ client: OrgClient, _ code: String, _ extra: String = "") async -> SimulatedResponse {
        await client.token(
            "grant_type=authorization_code&code=\(code)&\(credentials)&redirect_uri=https%3A%2F%2Fapp.example%2Fcb\(extra)"
        )
    }

    @Test func `A code works once, and its tokens read data`() async throws {
        let client = await OrgClient()
        let code = try await code(client)
        let answer = await exchange(client, code)
        #expect(answer.status == 200)
        #expect(answer.headers["Cache-Control"] == "no-store")
        let token = try #require(answer.json?["access_token"]?.string)
        #expect(token.hasPrefix("\(await client.org.organizationID.prefix(15))!"))
        #expect(answer.json?["issued_at"]?.string == "1795456800000")
        #expect(answer.json?["expires_in"] == nil)
        let reader = OrgClient(org: client.org, token: token)
        #expect(await reader.send("GET", "limits").status == 200)
        let again = await exchange(client, code)
        #expect(again.status == 400)
        #expect(again.json == ["error": "invalid_grant", "error_description": "expired authorization code"])
    }

    @Test func `A code expires after a quarter of an hour and needs its own redirect address`() async throws {
        let client = await OrgClient()
        let mismatch = await client.token(
            "grant_type=authorization_code&code=\(try await code(client))&\(credentials)&redirect_uri=x"
        )
        #expect(mismatch.json?["error"] == "redirect_uri_mismatch")
        let late = try await code(client)
        await client.org.advanceClock(seconds: 901)
        #expect(await exchange(client, late).json?["error_description"] == "expired authorization code")
    }

    // The pair of RFC 7636, appendix B.
    @Test(arguments: [
        ("&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 200, ""),
        ("&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX", 400, "invalid code verifier"),
        ("", 400, "code verifier is missing"),
    ])
    func `PKCE holds the code to its verifier`(extra: String, status: Int, message: String) async throws {
        let client = await OrgClient()
        let code = try await code(client, "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        let answer = await exchange(client, code, extra)
        #expect(answer.status == status)
        #expect((answer.json?["error_description"]?.string ?? "") == message)
    }

    @Test(arguments: [
        ("grant_type=client_credentials&client_id=signalbox-demo&client_secret=wrong", "invalid_client"),
        ("grant_type=client_credentials&client_id=nobody&client_secret=x", "invalid_client_id"),
        ("grant_type=refresh_token&refresh_token=x&client_id=signalbox-demo", "invalid_grant"),
        (
            "grant_type=authorization_code&code=x&client_id=signalbox-demo&client_secret=signalbox-demo-secret",
            "invalid_grant"
        ),
        ("grant_type=password&client_id=signalbox-demo", "unsupported_grant_type"),
        ("grant_type=magic", "unsupported_grant_type"),
        ("client_id=signalbox-demo", "invalid_request"),
    ])
    func `Wrong token requests are refused by name`(form: String, error: String) async {
        let client = await OrgClient()
        let answer = await client.token(form)
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?.string == error)
        #expect(answer.json?["error_description"]?.string?.isEmpty == false)
    }

    @Test func `Client credentials come as Basic header too, without a refresh token`() async {
        let client = await OrgClient()
        let header = ["Authorization": "Basic c2lnbmFsYm94LWRlbW86c2lnbmFsYm94LWRlbW8tc2VjcmV0"]
        let answer = await client.token("grant_type=client_credentials", headers: header)
        #expect(answer.status == 200)
        #expect(answer.json?["refresh_token"] == nil)
    }

    @Test func `The password grant works only where it was switched on`() async {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.allowsPasswordGrant = true
        let client = await OrgClient(configuration)
        let form =
            "grant_type=password&\(credentials)&username=integration%40acme.example&password=sandbox-passwordTOKEN"
        #expect(await client.token(form).status == 200)
    }

    @Test func `A session ends by time or by order, and refreshing brings a new one`() async throws {
        let client = await OrgClient()
        let answer = await exchange(client, "signalbox-demo-code")
        let refresh = try #require(answer.json?["refresh_token"]?.string)
        let old = OrgClient(org: client.org, token: answer.json?["access_token"]?.string ?? "")
        await client.org.advanceClock(seconds: 7_201)
        let dead = await old.send("GET", "limits")
        #expect(dead.status == 401)
        #expect(dead.json == [["message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"]])
        let renewed = await client.token("grant_type=refresh_token&refresh_token=\(refresh)&\(credentials)")
        #expect(renewed.json?["refresh_token"] == nil)
        let new = OrgClient(org: client.org, token: renewed.json?["access_token"]?.string ?? "")
        #expect(await new.send("GET", "limits").status == 200)
        await client.org.expireSessions()
        #expect(await new.send("GET", "limits").status == 401)
    }

    @Test func `With rotation the old refresh token dies, and showing it again ends everything`() async throws {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.rotatesRefreshTokens = true
        let client = await OrgClient(configuration)
        let first = try #require(await exchange(client, "signalbox-demo-code").json?["refresh_token"]?.string)
        let rotated = await client.token("grant_type=refresh_token&refresh_token=\(first)&\(credentials)")
        let second = try #require(rotated.json?["refresh_token"]?.string)
        #expect(second != first)
        let reader = OrgClient(org: client.org, token: rotated.json?["access_token"]?.string ?? "")
        #expect(await reader.send("GET", "limits").status == 200)
        let replayed = await client.token("grant_type=refresh_token&refresh_token=\(first)&\(credentials)")
        #expect(replayed.json?["error"] == "invalid_grant")
        let dead = await client.token("grant_type=refresh_token&refresh_token=\(second)&\(credentials)")
        #expect(dead.json?["error_description"] == "expired access/refresh token")
        #expect(await reader.send("GET", "limits").status == 401)
    }

    @Test func `The sixth authorization silently ends the oldest`() async throws {
        let client = await OrgClient()
        var tokens: [String] = []
        for _ in 0..<6 {
            tokens.append(try #require(await exchange(client, "signalbox-demo-code").json?["refresh_token"]?.string))
        }
        var alive: [Bool] = []
        for token in tokens {
            alive.append(
                await client.token("grant_type=refresh_token&refresh_token=\(token)&\(credentials)").status == 200
            )
        }
        #expect(alive == [false, true, true, true, true, true])
    }

    @Test func `A JWT assertion is checked for claims and signature`() async {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.jwtPublicKey = Vectors.publicKey
        let client = await OrgClient(configuration)
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        let answer = await client.token(form + Vectors.assertion)
        #expect(answer.status == 200)
        #expect(answer.json?["refresh_token"] == nil)
        let tampered = await client.token(form + Vectors.assertion.dropLast(4) + "AAAA")
        #expect(tampered.json?["error_description"] == "invalid assertion")
        await client.org.advanceClock(seconds: 181)
        #expect(await client.token(form + Vectors.assertion).json?["error_description"] == "assertion expired")
    }

    @Test func `Revoking and introspecting tell the truth`() async throws {
        let client = await OrgClient()
        let answer = await exchange(client, "signalbox-demo-code")
        let access = try #require(answer.json?["access_token"]?.string)
        let refresh = try #require(answer.json?["refresh_token"]?.string)
        func post(_ path: String, _ form: String) async -> SimulatedResponse {
            await client.org.respond(to: SimulatedRequest("POST", "/services/oauth2/\(path)", body: Array(form.utf8)))
        }
        let encoded = percentEncoded(access)
        #expect(await post("introspect", "token=\(encoded)&\(credentials)").json?["active"] == true)
        #expect(await post("revoke", "token=\(refresh)").status == 200)
        #expect(await post("introspect", "token=\(encoded)&\(credentials)").json == ["active": false])
        let again = await post("revoke", "token=\(refresh)")
        #expect(again.status == 400)
        #expect(again.json?["error"] == "invalid_token")
    }

    @Test func `Identity names user and org`() async throws {
        let client = await OrgClient()
        let identity = try #require(await client.get("/services/data/v67.0/")["identity"]?.string)
        let path = identity.dropFirst("http://127.0.0.1".count)
        let answer = await client.get(String(path))
        #expect(answer["username"] == "integration@acme.example")
        #expect(answer["organization_id"]?.string == (await client.org.organizationID))
    }

    @Test func `Each organization has an id of its own, by which its row is found`() async throws {
        var ids: Set<String> = []
        for number in [0, 1, 2, Int(SimulatedOrgConfiguration.organizations - 1)] {
            var configuration = SimulatedOrgConfiguration.empty
            configuration.organization = number
            let client = await OrgClient(configuration)
            let id = await client.org.organizationID
            #expect(id.hasPrefix("00DHs0") && id.count == 18 && RecordID.normalised(String(id.prefix(15))) == id)
            #expect(await client.column("Name", "SELECT Name FROM Organization WHERE Id = '\(id)'") == ["Acme GmbH"])
            _ = await client.org.respond(
                to: SimulatedRequest("POST", "/control/org", body: Array(#"{"sandbox": false}"#.utf8))
            )
            // The row is found by that id.
            #expect(await client.column("IsSandbox", "SELECT IsSandbox FROM Organization") == [false])
            ids.insert(id)
        }
        #expect(ids.count == 4 && ids.contains("00DHs0000000000MAA"))
    }

    @Test func `Orgs of one seed don't honour each other's tokens, unless their clock stands still`() async {
        let (first, second) = (Org(configuration: .empty), Org(configuration: .empty))
        let stranger = OrgClient(org: second, token: await first.openSession())
        #expect(await stranger.send("GET", "limits").status == 401)
        let (same, again) = (await OrgClient(), await OrgClient())
        #expect(same.token == again.token)
    }
}
