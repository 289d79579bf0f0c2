import Primitives
import SimulatedOrg
import Testing

struct RecordTests {
    @Test func `Rows are created, read, changed and deleted`() async throws {
        let client = await OrgClient()
        let created = await client.send(
            "POST",
            "sobjects/Contact/",
            body: ["LastName": "Vogel", "Email": "ida@nimbus.example"]
        )
        #expect(created.status == 201)
        let id = try #require(created.json?["id"]?.string)
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
        #expect(answer.json?[0]?["errorCode"]?.string == code)
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
}
