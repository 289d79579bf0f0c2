import AsyncHTTPClient
import EngineTestSupport
import Logging
import NIOCore
import NIOHTTP1
import Primitives
import SimulatedOrg
import TestSupport
import Testing

struct ServerTests {
    private func withServer(_ body: (RunningSimulatedOrg, Org) async throws -> Void) async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.recordsPerObject = 3
        try await withServedOrg(configuration, body)
    }

    private func send(
        _ method: String,
        _ url: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> (status: Int, headers: [String: String], json: JSON?) {
        var request = HTTPClientRequest(url: url)
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(Array(body.utf8)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = Array(try await response.body.collect(upTo: 1 << 22).readableBytesView)
        let fields = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        return (Int(response.status.code), fields, try? JSON(parsing: bytes))
    }

    @Test func `A client connects with the demo code and reads records over a socket`() async throws {
        try await withServer { server, _ in
            let form =
                "grant_type=authorization_code&code=signalbox-demo-code&client_id=signalbox-demo&client_secret=signalbox-demo-secret&redirect_uri=http%3A%2F%2Flocalhost"
            let token = try await send("POST", "\(server.url)/services/oauth2/token", body: form)
            #expect(token.status == 200)
            #expect(token.json?["instance_url"]?.string == server.url)
            #expect(token.json?["expires_in"] == nil)
            let bearer = try #require(token.json?["access_token"]?.string)
            let query = "\(server.url)/services/data/v67.0/query/?q=SELECT+Id,Name,Owner.Name+FROM+Account"
            let answer = try await send("GET", query, headers: [("Authorization", "Bearer \(bearer)")])
            #expect(answer.status == 200)
            #expect(answer.json?["totalSize"]?.int == 3)
            #expect(answer.json?["records"]?[0]?["Owner"]?["attributes"]?["type"]?.string == "User")
            #expect(answer.headers["sforce-limit-info"] == "api-usage=1/100000")
            #expect(answer.headers["content-type"] == "application/json;charset=UTF-8")
        }
    }

    @Test func `Orders over the control address take effect`() async throws {
        try await withServer { server, org in
            let created = try await send(
                "POST",
                "\(server.url)/control/create",
                body: #"{"object": "Lead", "fields": {"LastName": "Vogel", "Company": "Nimbus"}}"#
            )
            let id = try #require(created.json?["id"]?.string)
            _ = try await send("POST", "\(server.url)/control/delete", body: #"{"object": "Lead", "id": "\#(id)"}"#)
            #expect(try await org.record("Lead", id)?["IsDeleted"] == true)
            let wrong = try await send("POST", "\(server.url)/control/delete", body: #"{"object": "Nonsense"}"#)
            #expect(wrong.status == 400)
            #expect(wrong.json?[0]?["message"]?.string == "There is no object Nonsense")
        }
    }

    @Test func `Faults on the wire are felt as broken connections`() async throws {
        try await withServer { server, org in
            await org.add(FaultRule(.reset(afterEffect: false), path: "/services/data"))
            await #expect(throws: (any Error).self) {
                _ = try await send("GET", "\(server.url)/services/data")
            }
            await org.add(FaultRule(.truncated(after: 10), path: "/services/data"))
            await #expect(throws: (any Error).self) {
                _ = try await send("GET", "\(server.url)/services/data")
            }
            let answer = try await send("GET", "\(server.url)/services/data")
            #expect(answer.status == 200)
        }
    }

    @Test func `Callouts leave over sockets as soon as they are committed`() async throws {
        try await withServer { server, org in
            // The org's own control address serves as a receiver that takes anything.
            let endpoint = "\(server.url)/control/quota"
            let files = RelayPackage.files(site: server.url).map { path, content in
                (path, content.replacing(RelayPackage.endpoint, with: endpoint))
            }
            let client = OrgClient(org: org, token: await org.openSession())
            #expect(await client.deploy(files, tests: ["HookRelayTest"])["success"] == true)
            try await org.create("Account", ["Name": "Nimbus"])
            try await waitUntil("the callout to be delivered") {
                try await send("GET", "\(server.url)/control/callouts").json?["delivered"]?.int == 1
            }
        }
    }

    @Test func `A rate set while running keeps the org busy`() async throws {
        try await withServer { server, org in
            _ = try await send("POST", "\(server.url)/control/org", body: #"{"rate": 500}"#)
            try await waitUntil("twenty changes") {
                try await send("GET", "\(server.url)/control/history").json?.array?.count ?? 0 >= 20
            }
        }
    }

    @Test func `A port in use is reported when starting`() async throws {
        try await withServer { server, org in
            var configuration = SimulatedOrgConfiguration()
            configuration.port = server.port
            await #expect(throws: (any Error).self) {
                _ = try await SimulatedOrgServer(
                    configuration: configuration,
                    org: org,
                    logger: .quiet
                ).start()
            }
        }
    }
}
