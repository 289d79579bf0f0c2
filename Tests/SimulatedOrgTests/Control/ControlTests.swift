import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport
import Testing

struct ControlTests {
    private func send(_ org: Org, _ method: String, _ path: String, _ body: String = "") async -> SimulatedResponse {
        await org.respond(to: SimulatedRequest(method, "/control/\(path)", body: Array(body.utf8)))
    }

    @Test(arguments: [
        ("POST", "nothing", "", 404, "There is no control POST /control/nothing"),
        ("GET", "seed", "", 404, "There is no control GET /control/seed"),
        ("POST", "seed", "{", 400, "The body is no JSON at line 1, column 2"),
        ("POST", "seed", "[]", 400, "The body must be a JSON object"),
        ("POST", "seed", "{}", 400, "object is required"),
        ("POST", "seed", #"{"object": "Nonsense"}"#, 400, "There is no object Nonsense"),
        ("POST", "seed", #"{"object": "Lead", "count": -1}"#, 400, "count must lie between 0 and 1000000"),
        ("POST", "seed", #"{"object": "Lead", "count": "x"}"#, 400, "count must be a whole number"),
        ("POST", "quota", #"{"used": "x"}"#, 400, "used must be a whole number"),
        ("POST", "quota", #"{"concurrencyExhausted": "x"}"#, 400, "concurrencyExhausted must be true or false"),
        ("POST", "org", #"{"rate": "x"}"#, 400, "rate must be a number from 0 on"),
        ("POST", "org", #"{"sandbox": 1}"#, 400, "sandbox must be true or false"),
        ("POST", "callouts", #"{"delay": []}"#, 400, "delay must be a whole number"),
        ("POST", "faults", #"{"effect": "cut", "bytes": {}}"#, 400, "bytes must be a whole number"),
        ("POST", "delete", #"{"object": "Lead"}"#, 400, "id or ids is required"),
        ("POST", "create", #"{"object": "Lead", "createdDate": "x"}"#, 400, "createdDate must be a date-time"),
        ("POST", "transactions/1/keep", "", 400, "A transaction takes commit or rollback"),
        ("POST", "transactions/7/commit", "", 404, "There is no open transaction 7"),
        ("POST", "clock", "{}", 400, "The clock takes"),
        ("POST", "faults", #"{"effect": "magic"}"#, 400, "There is no effect magic"),
        ("POST", "outbound", #"{"object": "Nope", "url": "http://a"}"#, 400, "There is no object Nope"),
        ("POST", "org", #"{"jwtPublicKey": "x"}"#, 400, "jwtPublicKey must be an RSA public key in PEM"),
    ])
    func `A wrong order is refused with its reason`(
        method: String,
        path: String,
        body: String,
        status: Int,
        message: String
    ) async {
        let answer = await send(Org(configuration: .empty, clock: .virtual), method, path, body)
        #expect(answer.status == status)
        #expect(answer.json?[0]?["message"]?.string?.hasPrefix(message) == true, "\(answer.json ?? .null)")
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "1e999", "0"])
    func `Numbers without measure don't stop the org`(number: String) async throws {
        let client = await OrgClient()
        let org = client.org
        let orders = [
            ("quota", "used"), ("quota", "limit"), ("org", "sessionSeconds"), ("org", "pageRows"), ("org", "rate"),
            ("callouts", "delay"), ("callouts", "duplicate"), ("callouts", "loss"), ("callouts", "attempts"),
            ("clock", "advance"),
        ]
        await org.add(OutboundMessageRule(object: "Lead", url: "http://a.example", fields: []))
        for (path, name) in orders {
            _ = await send(org, "POST", path, #"{"\#(name)": \#(number)}"#)
            try await org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
            for callout in await org.dequeueDueCallouts() { await org.finishCallout(callout.number, succeeded: false) }
            _ = await org.openSession()
            _ = await client.get("limits")
            _ = await client.query("SELECT Id FROM Lead")
        }
        for effect in ["answer", "error"] {
            let body = #"{"effect": "\#(effect)", "status": \#(number), "skip": \#(number), "times": \#(number)}"#
            let ordered = await send(org, "POST", "faults", body).status
            #expect(ordered == (number == "1e999" ? 400 : 200))
            #expect((0...599).contains(await client.send("GET", "limits").status))
        }
        #expect(await send(org, "GET", "clock").status == 200)
    }

    @Test func `Orders change what they name and say how it stands`() async throws {
        let client = await OrgClient()
        let org = client.org
        let created = await send(
            org,
            "POST",
            "create",
            #"{"object": "Lead", "records": [{"LastName": "A", "Company": "N"}, {"LastName": "B", "Company": "N"}]}"#
        ).json
        let ids = created?["ids"]?.array?.compactMap(\.string) ?? []
        #expect(ids.count == 2)
        #expect(await send(org, "GET", "records?object=Lead").json?["ids"]?.array?.count == 2)
        let transaction = await send(org, "POST", "transactions").json?["id"]?.int ?? 0
        let change =
            #"{"object": "Lead", "id": "\#(ids[0])", "fields": {"Rating": "Hot"}, "transaction": \#(transaction)}"#
        #expect(await send(org, "POST", "change", change).status == 200)
        #expect(try await org.record("Lead", ids[0])?["Rating"] == .null)
        #expect(await send(org, "GET", "transactions").json?["open"] == [.integer(transaction)])
        #expect(await send(org, "POST", "transactions/\(transaction)/commit").status == 200)
        #expect(try await org.record("Lead", ids[0])?["Rating"] == "Hot")
        let history = await send(org, "GET", "history?since=2").json
        #expect(history?[0]?["kind"] == "updated")
        #expect(history?[0]?["transaction"] == .integer(transaction))
        #expect(
            await send(org, "POST", "clock", #"{"set": "2026-11-23T19:00:00Z"}"#).json?["now"]
                == "2026-11-23T19:00:00.000+0000"
        )
        #expect(await send(org, "POST", "org", #"{"sandbox": false}"#).json?["sandbox"] == false)
        #expect(
            await client.column("OrganizationType", "SELECT OrganizationType FROM Organization")
                == ["Enterprise Edition"]
        )
        _ = await send(org, "POST", "sessions")
        #expect(await client.send("GET", "limits").status == 401)
        #expect(await send(org, "DELETE", "calls").status == 200)
        #expect(await org.calls.isEmpty)
    }
}
