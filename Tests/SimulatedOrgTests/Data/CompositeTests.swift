import Primitives
import SimulatedOrg
import Testing

struct CompositeTests {
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
        #expect(results?.array?.count == 25)
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
        #expect((answer.json?["results"]?.array ?? []).compactMap { $0["statusCode"]?.int } == [200, 404, 412])
        #expect(answer.headers["Sforce-Limit-Info"] == "api-usage=2/100000")
    }

    @Test func `Collections write and read many rows in one call`() async throws {
        let client = await OrgClient()
        let records = (0..<200).map { index -> JSON in
            ["attributes": ["type": "Lead"], "LastName": .string("L\(index)"), "Company": "Nimbus"]
        }
        let saved = await client.send("POST", "composite/sobjects", body: ["records": .array(records)])
        let ids = (saved.json?.array ?? []).compactMap { $0["id"]?.string }
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
        #expect(deleted.json?.array?.count == 2)
        #expect(try await client.org.ids("Lead").count == 198)
    }

    @Test func `What an all-or-none series undoes posts no callout and leaves no gap in the history`() async throws {
        let client = await OrgClient()
        await client.org.add(OutboundMessageRule(object: "Account", url: "http://hooks.example", fields: []))
        let account: JSON = [
            "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "a", "body": ["Name": "x"],
        ]
        let wrong: JSON = [
            "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": "b", "body": [:],
        ]
        _ = await client.send("POST", "composite", body: ["allOrNone": true, "compositeRequest": [account, wrong]])
        #expect(await client.org.dequeueDueCallouts().isEmpty)
        #expect(await client.org.history().isEmpty)
        _ = await client.send("POST", "composite", body: ["compositeRequest": [account, wrong]])
        #expect(await client.org.dequeueDueCallouts().count == 1)
        #expect(await client.org.history().map(\.sequence) == [1])
    }

    @Test(
        arguments: [
            [.string("a"), .string("a")], [.string("a"), .null],
        ] as [[JSON]]
    )
    func `Parts that can't be told apart are refused before any takes effect`(references: [JSON]) async throws {
        let client = await OrgClient()
        let parts = references.map { reference -> JSON in
            [
                "method": "POST", "url": "/services/data/v67.0/sobjects/Account", "referenceId": reference,
                "body": ["Name": "x"],
            ]
        }
        let answer = await client.send("POST", "composite", body: ["compositeRequest": .array(parts)])
        #expect(answer.status == 400)
        #expect(try await client.org.ids("Account").isEmpty)
    }

    @Test func `Deleting all or none leaves all when one is missing`() async throws {
        let client = await OrgClient()
        let id = try await client.org.create("Lead", ["LastName": "Vogel", "Company": "Nimbus"])
        let path = "composite/sobjects?ids=\(id),00QHs00000000zzAAA&allOrNone="
        let refused = await client.send("DELETE", path + "true")
        #expect(refused.json?[0]?["errors"]?[0]?["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK")
        #expect(refused.json?[1]?["id"] == "00QHs00000000zzAAA")
        #expect(try await client.org.ids("Lead") == [id])
        #expect(await client.send("DELETE", path + "false").json?[0]?["success"] == true)
        #expect(try await client.org.ids("Lead").isEmpty)
    }
}
