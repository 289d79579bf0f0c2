import Domain
import Engine
import Primitives
import SimulatedOrg
import Store
import TestSupport
import Testing

@testable import Gateway

/// Every way of connecting over the API, each surviving a session that expires in the middle of a page.
struct ConnectingFlowTests {
    private static let base = Route.base

    private func body(_ scene: ConnectingScene, _ more: [String: String]) -> JSON {
        var settings = [
            "base.url": scene.orgURL, "oauth.api.key": "signalbox-demo", "oauth.api.secret": "signalbox-demo-secret",
            "event.notification.enabled": "true", "event.objects": "Account", "event.poller.first.run": "backfill",
        ]
        settings.merge(more) { $1 }
        return [
            "element": ["key": "sfdc"], "name": "acme",
            "configuration": .object(
                settings.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
            ),
        ]
    }

    /// Goes through the browser's part and gives the state of the granted authorization.
    private func consent(_ scene: ConnectingScene, _ path: String, _ body: JSON) async throws -> String {
        let begun = try await scene.call("POST", Self.base + path, body).json
        let state = try #require(begun["state"]?.string)
        let page = try await scene.call("GET", try #require(begun["url"]?.string))
        #expect(page.status == 302)
        async let waiting = scene.call("GET", Self.base + "/authorizations/\(state)?wait=60")
        #expect(try await scene.call("GET", try #require(page.location)).status == 200)
        #expect(try await waiting.json == ["status": "granted"])
        return state
    }

    private func settings(_ grant: GrantType, _ scene: ConnectingScene) async throws -> [String: String] {
        switch grant {
        case .authorizationCode: [:]
        case .clientCredentials: ["oauth.grant.type": "client_credentials"]
        case .refreshToken:
            // A token that another program got: by the code that always works.
            ["oauth.user.refresh_token": try await refreshToken(scene)]
        case .jwtBearer:
            [
                "oauth.grant.type": "jwt_bearer", "oauth.user.username": "integration@acme.example",
                "oauth.jwt.private_key": try SigningKey.pem("private").replacing("\n", with: " "),
            ]
        case .password:
            [
                "oauth.grant.type": "password", "oauth.user.username": "integration@acme.example",
                "oauth.user.password": "sandbox-password",
            ]
        }
    }

    private func refreshToken(_ scene: ConnectingScene) async throws -> String {
        let form =
            "grant_type=authorization_code&code=signalbox-demo-code&client_id=signalbox-demo"
            + "&client_secret=signalbox-demo-secret&redirect_uri=http://localhost"
        let answer = await scene.org.respond(
            to: SimulatedRequest(
                "POST",
                "/services/oauth2/token",
                headers: ["content-type": "application/x-www-form-urlencoded"],
                body: Array(form.utf8)
            )
        )
        return try #require(try JSON(parsing: answer.body)["refresh_token"]?.string)
    }

    @Test(arguments: GrantType.allCases)
    func `connects and survives an expired session in the middle of a page`(grant: GrantType) async throws {
        var options = ConnectingScene.patient
        options.allowsPasswordGrant = true
        let key = try SigningKey.pem("public")
        try await ConnectingScene.run(
            {
                $0.recordsPerObject = 90
                $0.maximumPageRows = 40
                $0.rotatesRefreshTokens = true
                $0.allowsPasswordGrant = true
                $0.jwtPublicKey = key
            },
            options: options
        ) { scene in
            let draft = body(scene, try await settings(grant, scene))
            var members = draft.members ?? []
            if grant == .authorizationCode {
                let state = try await consent(scene, "/authorizations", draft)
                members.append(.init("providerData", ["state": .string(state)]))
            }
            // The second page of the first poll finds the session dead.
            await scene.org.add(FaultRule(.sessionExpired, path: "/query/", skip: 0))
            let made = try await scene.call("POST", Self.base + "/instances", .object(members))
            #expect(made.status == 200, "\(made.text)")
            #expect(made.json["state"]?["source"]?.string == "LIVE", "\(made.text)")
            let events = try await scene.call("GET", Self.base + "/instances/1/events?pageSize=200").json.array
            #expect(events?.count == 90)
            #expect(await scene.org.calls.contains { $0.key.contains("/query/") }, "there were pages")
            #expect(!made.text.contains("sandbox-password") && !made.text.contains("PRIVATE KEY"))
        }
    }

    @Test func `a dead grant is told with the next step, and connecting again mends it`() async throws {
        try await ConnectingScene.run { scene in
            let draft = body(scene, ["event.poller.first.run": "now"])
            let state = try await consent(scene, "/authorizations", draft)
            let first = JSON.object(
                (draft.members ?? []) + [.init("providerData", ["state": .string(state)])]
            )
            #expect(try await scene.call("POST", Self.base + "/instances", first).status == 200)
            let token = try #require(try await scene.store.instance(1)?.connection?.refreshToken?.exposed)
            _ = await scene.org.respond(to: SimulatedRequest("POST", "/services/oauth2/revoke?token=\(token)"))
            let refused = try await scene.call("POST", Self.base + "/instances/1/poll")
            #expect(refused.status == 502)
            #expect(refused.json["message"]?.string?.contains("connect again") == true)
            let dead = try await scene.call("GET", Self.base + "/instances/1").json
            #expect(dead["state"]?["source"]?.string == "ACTION NEEDED")

            let again = try await consent(scene, "/instances/1/authorizations", [:])
            let patch: JSON = ["providerData": ["state": .string(again)]]
            let alive = try await scene.call("PATCH", Self.base + "/instances/1", patch)
            #expect(alive.json["state"]?["source"]?.string == "LIVE", "\(alive.text)")
            #expect(try await scene.store.instance(1)?.connection?.refreshToken?.exposed != token)
            #expect(try await scene.call("PATCH", Self.base + "/instances/1", patch).status == 400, "used once")
        }
    }

    @Test func `deleting an instance ends its grant at the org`() async throws {
        try await ConnectingScene.run { scene in
            let draft = body(scene, [:])
            let state = try await consent(scene, "/authorizations", draft)
            let whole = JSON.object(
                (draft.members ?? []) + [.init("providerData", ["state": .string(state)])]
            )
            #expect(try await scene.call("POST", Self.base + "/instances", whole).status == 200)
            let connection = try #require(try await scene.store.instance(1)?.connection)
            #expect(try await scene.call("DELETE", Self.base + "/instances/1").status == 200)
            let form =
                "grant_type=refresh_token&client_id=signalbox-demo&client_secret=signalbox-demo-secret&refresh_token="
                + (connection.refreshToken?.exposed ?? "")
            let answer = await scene.org.respond(
                to: SimulatedRequest(
                    "POST",
                    "/services/oauth2/token",
                    headers: ["content-type": "application/x-www-form-urlencoded"],
                    body: Array(form.utf8)
                )
            )
            #expect(answer.status == 400)
        }
    }

    @Test func `the password grant is refused in one sentence while it is off`() async throws {
        try await ConnectingScene.run { scene in
            let draft = body(scene, try await settings(.password, scene))
            let answer = try await scene.call("POST", Self.base + "/instances", draft)
            #expect(answer.status == 400)
            #expect(answer.json["message"]?.string?.contains("--allow-password-grant") == true)
        }
    }
}
