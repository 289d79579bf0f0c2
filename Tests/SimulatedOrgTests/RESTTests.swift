import SimulatedOrg
import Testing

struct RESTTests {
    @Test func `Discovery lists versions without a token and uncounted`() async {
        let client = await OrgClient()
        let answer = await client.org.respond(to: SimulatedRequest("GET", "/services/data"))
        #expect(answer.status == 200)
        #expect(answer.headers["Sforce-Limit-Info"] == nil)
        let last = answer.json?.elements?.last
        #expect(last == ["label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"])
        let unknown = await client.send("GET", "/services/data/v99.0/sobjects")
        #expect(unknown.status == 404)
        #expect(unknown.json?[0]?["errorCode"] == "NOT_FOUND")
    }

    @Test func `Describe tells types, flags and relationships`() async throws {
        let client = await OrgClient()
        let global = await client.get("sobjects")
        let names = (global["sobjects"]?.elements ?? []).compactMap { $0["name"]?.text }
        #expect(
            Set(names).isSuperset(of: [
                "Account", "Contact", "Lead", "Opportunity", "Case", "Invoice__c", "User", "Organization", "Project__c",
                "Shipment__c", "Subscription__c",
            ])
        )
        let describe = await client.get("sobjects/invoice__C/describe")
        #expect(describe["name"] == "Invoice__c")
        #expect(describe["keyPrefix"] == "a00")
        #expect(describe["replicateable"] == true)
        #expect(describe["triggerable"] == true)
        let fields = describe["fields"]?.elements ?? []
        let balance = try #require(fields.first { $0["name"] == "Balance__c" })
        #expect(balance["calculated"] == true)
        #expect(balance["createable"] == false)
        let stamp = try #require(fields.first { $0["name"] == "SystemModstamp" })
        #expect(stamp["type"] == "datetime")
        #expect(stamp["nillable"] == false)
        let account = try #require(fields.first { $0["name"] == "Account__c" })
        #expect(account["referenceTo"] == ["Account"])
        #expect(account["relationshipName"] == "Account__r")
    }

    @Test func `Rows are created, read, changed and deleted`() async throws {
        let client = await OrgClient()
        let created = await client.send(
            "POST",
            "sobjects/Contact/",
            body: ["LastName": "Vogel", "Email": "ida@nimbus.example"]
        )
        #expect(created.status == 201)
        let id = try #require(created.json?["id"]?.text)
        #expect(created.json?["success"] == true)
        #expect(id.count == 18)
        #expect(id.hasPrefix("003"))
        let read = await client.get("sobjects/Contact/\(id.prefix(15))?fields=Name,Email")
        #expect(read["Name"] == "Vogel")
        #expect(read["Id"] == .string(id))
        #expect(await client.send("PATCH", "sobjects/Contact/\(id)", body: ["Title": "CTO"]).status == 204)
        #expect(await client.send("DELETE", "sobjects/Contact/\(id)").body.isEmpty)
        let again = await client.send("DELETE", "sobjects/Contact/\(id)")
        #expect(again.status == 404)
        #expect(again.json == [["message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED"]])
    }

    @Test(arguments: [
        ("Account", #"{}"#, "REQUIRED_FIELD_MISSING"),
        ("Account", #"{"Name": "x", "Nope": 1}"#, "INVALID_FIELD"),
        ("Account", #"{"Name": "x", "CreatedDate": "2026-01-01T00:00:00Z"}"#, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Account", #"{"Name": "x", "NumberOfEmployees": "many"}"#, "JSON_PARSER_ERROR"),
        ("Account", #"{"Name": "x", "ParentId": "nonsense"}"#, "MALFORMED_ID"),
        ("Account", #"{"Name": "x", "ParentId": "001Hs00000000zzAAA"}"#, "INVALID_CROSS_REFERENCE_KEY"),
        ("Contact", #"{"LastName": "x", "Email": "nobody"}"#, "INVALID_EMAIL_ADDRESS"),
        ("Contact", #"{"LastName": "x", "FirstName": "\#(String(repeating: "a", count: 41))"}"#, "STRING_TOO_LONG"),
        ("Contact", #"{"LastName": "#, "JSON_PARSER_ERROR"),
    ])
    func `Wrong rows are refused by code`(object: String, body: String, code: String) async throws {
        let client = await OrgClient()
        let request = SimulatedRequest(
            "POST",
            "/services/data/v67.0/sobjects/\(object)",
            headers: ["Authorization": "Bearer \(client.token)"],
            body: Array(body.utf8)
        )
        let answer = await client.org.respond(to: request)
        #expect(answer.status == 400)
        #expect(answer.json?[0]?["errorCode"]?.text == code)
        #expect(try await client.org.ids(object).isEmpty)
    }

    @Test func `An upsert creates first and updates then`() async throws {
        let client = await OrgClient()
        let first = await client.send("PATCH", "sobjects/Account/External_Id__c/E%201", body: ["Name": "One"])
        #expect(first.status == 201)
        #expect(first.json?["created"] == true)
        let second = await client.send("PATCH", "sobjects/Account/External_Id__c/E%201", body: ["Name": "Two"])
        #expect(second.status == 200)
        #expect(second.json?["created"] == false)
        #expect(await client.column("Name", "SELECT Name FROM Account") == ["Two"])
        let duplicate = await client.send("POST", "sobjects/Account", body: ["Name": "x", "External_Id__c": "e 1"])
        #expect(duplicate.json?[0]?["errorCode"] == "DUPLICATE_VALUE")
    }

    @Test func `A composite call with 25 parts counts once and passes results on`() async throws {
        let client = await OrgClient()
        var parts: [JSON] = [
            [
                "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a",
                "body": ["Name": "Parent"],
            ],
            [
                "method": "POST", "url": "/services/data/v67.0/sobjects/Contact", "referenceId": "c",
                "body": ["LastName": "Child", "AccountId": "@{a.id}"],
            ],
            [
                "method": "GET", "referenceId": "q",
                "url": "/services/data/v67.0/query?q=SELECT+Account.Name+FROM+Contact+WHERE+AccountId='@{a.id}'",
            ],
        ]
        for index in 3..<25 {
            parts.append([
                "method": "GET", "url": "/services/data/v67.0/sobjects/Lead/describe",
                "referenceId": .string("d\(index)"),
            ])
        }
        let answer = await client.send("POST", "composite", body: ["compositeRequest": .array(parts)])
        #expect(answer.headers["Sforce-Limit-Info"] == "api-usage=1/100000")
        let results = answer.json?["compositeResponse"]
        #expect(results?.elements?.count == 25)
        #expect(results?[2]?["httpStatusCode"] == 200)
        #expect(results?[2]?["body"]?["records"]?[0]?["Account"]?["Name"] == "Parent")
        parts.append(["method": "GET", "url": "/services/data/v67.0/limits", "referenceId": "more"])
        #expect(await client.send("POST", "composite", body: ["compositeRequest": .array(parts)]).status == 400)
    }

    @Test func `An all-or-none series that fails leaves nothing`() async throws {
        let client = await OrgClient()
        let answer = await client.send(
            "POST",
            "composite",
            body: [
                "allOrNone": true,
                "compositeRequest": [
                    [
                        "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a",
                        "body": ["Name": "x"],
                    ],
                    [
                        "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "b",
                        "body": [:],
                    ],
                ],
            ]
        )
        let results = answer.json?["compositeResponse"]
        #expect(results?[0]?["body"]?[0]?["errorCode"] == "PROCESSING_HALTED")
        #expect(results?[1]?["body"]?[0]?["errorCode"] == "REQUIRED_FIELD_MISSING")
        #expect(try await client.org.ids("Account").isEmpty)
    }

    @Test func `A batch counts each part and halts on request`() async {
        let client = await OrgClient()
        let answer = await client.send(
            "POST",
            "composite/batch",
            body: [
                "haltOnError": true,
                "batchRequests": [
                    ["method": "GET", "url": "v67.0/limits"], ["method": "GET", "url": "v67.0/sobjects/Nope"],
                    ["method": "GET", "url": "v67.0/limits"],
                ],
            ]
        )
        #expect(answer.json?["hasErrors"] == true)
        #expect((answer.json?["results"]?.elements ?? []).compactMap { $0["statusCode"]?.integer } == [200, 404, 412])
        #expect(answer.headers["Sforce-Limit-Info"] == "api-usage=2/100000")
    }

    @Test func `Collections write and read many rows in one call`() async throws {
        let client = await OrgClient()
        let records = (0..<200).map { index -> JSON in
            ["attributes": ["type": "Lead"], "LastName": .string("L\(index)"), "Company": "Nimbus"]
        }
        let saved = await client.send("POST", "composite/sobjects", body: ["records": .array(records)])
        let ids = (saved.json?.elements ?? []).compactMap { $0["id"]?.text }
        #expect(ids.count == 200)
        let rows = await client.send(
            "POST",
            "composite/sobjects/Lead",
            body: ["ids": [.string(ids[1]), "00QHs00000000zzAAA", .string(ids[0])], "fields": ["LastName"]]
        )
        #expect(rows.json?[0]?["LastName"] == "L1")
        #expect(rows.json?[1] == .null)
        #expect(rows.json?[2]?["LastName"] == "L0")
        let deleted = await client.send("DELETE", "composite/sobjects?ids=\(ids[0]),\(ids[1])")
        #expect(deleted.json?.elements?.count == 2)
        #expect(try await client.org.ids("Lead").count == 198)
    }

    @Test func `Daily and concurrent limits are told apart by their text`() async {
        let client = await OrgClient()
        await client.org.setUsage(used: 100_000)
        let daily = await client.send("GET", "limits")
        #expect(daily.status == 403)
        #expect(daily.json == [["message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"]])
        await client.org.setUsage(used: 7, concurrencyExhausted: true)
        let concurrent = await client.send("GET", "limits")
        #expect(concurrent.json?[0]?["message"]?.text == "ConcurrentRequests (Concurrent API Requests) Limit exceeded.")
        await client.org.setUsage(concurrencyExhausted: false)
        let limits = await client.get("limits")
        #expect(limits["DailyApiRequests"] == ["Max": 100_000, "Remaining": 99_992])
    }

    @Test func `Fault rules strike the chosen call, and parts of composite calls`() async {
        let client = await OrgClient()
        await client.org.add(FaultRule(.serverError, method: "GET", path: "/limits$", skip: 1, times: 2))
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(await client.send("GET", "limits").status) }
        #expect(statuses == [200, 500, 500, 200])
        await client.org.add(FaultRule(.edge))
        let page = await client.send("GET", "limits")
        #expect(page.status == 420)
        #expect(page.json == nil)
        await client.org.add(FaultRule(.queryTimeout, path: "Lead", aimsAtParts: true))
        let answer = await client.send(
            "POST",
            "composite",
            body: [
                "compositeRequest": [
                    [
                        "method": "GET", "url": "/services/data/v67.0/query?q=SELECT+Id+FROM+Account",
                        "referenceId": "a",
                    ],
                    ["method": "GET", "url": "/services/data/v67.0/query?q=SELECT+Id+FROM+Lead", "referenceId": "b"],
                ]
            ]
        )
        let results = (answer.json?["compositeResponse"]?.elements ?? []).compactMap { $0["httpStatusCode"]?.integer }
        #expect(results == [200, 400])
    }

    @Test func `Calls are counted by path with ids starred`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        _ = await client.get("sobjects/Lead/\(id)")
        _ = await client.get("sobjects/Lead/\(id)")
        #expect(await client.org.calls == ["GET /services/data/v67.0/sobjects/Lead/*": 2])
    }

    @Test func `A method that a resource doesn't know is refused`() async {
        let client = await OrgClient()
        let answer = await client.send("PUT", "sobjects/Account")
        #expect(answer.status == 405)
        #expect(answer.json?[0]?["errorCode"] == "METHOD_NOT_ALLOWED")
    }

    @Test func `Ids carry the right check characters`() {
        for (short, long) in [
            ("001D000000IqhSL", "001D000000IqhSLIAZ"), ("a00xx0000004Gvq", "a00xx0000004GvqAAE"),
            ("006R0000002kLmN", "006R0000002kLmNIAU"),
        ] {
            #expect(RecordID.normalised(short) == long)
        }
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `Random business is the same for the same seed and keeps the org consistent`(seed: UInt64) async throws {
        var configuration = SimulatedOrgConfiguration()
        configuration.seed = seed
        let first = Org(configuration: configuration, clock: .virtual)
        let second = Org(configuration: configuration, clock: .virtual)
        for _ in 0..<20 {
            await first.act(times: 25)
            await second.act(times: 25)
            await first.advanceClock(seconds: 1)
            await second.advanceClock(seconds: 1)
        }
        let history = await first.history()
        #expect(history == (await second.history()), "seed \(seed)")
        #expect(Set(history.map(\.kind)).isSuperset(of: [.created, .updated, .deleted]))
        #expect(history.count >= 400)
    }
}
