import Primitives
import SimulatedOrg
import Testing

struct QueryTests {
    /// Three accounts with known contents.
    private func client() async throws -> OrgClient {
        let client = await OrgClient()
        try await client.org.create("Account", ["Name": "alpha", "NumberOfEmployees": 5, "Rating": "Hot"])
        await client.org.advanceClock(seconds: 10)
        try await client.org.create(
            "Account",
            ["Name": "Beta 100%", "NumberOfEmployees": 50, "AnnualRevenue": .number("12.5")]
        )
        await client.org.advanceClock(seconds: 10)
        try await client.org.create("Account", ["Name": "Gämma's", "Rating": "Cold"])
        return client
    }

    @Test(arguments: [
        ("", ["alpha", "Beta 100%", "Gämma's"]),
        ("WHERE Name = 'ALPHA'", ["alpha"]),
        ("where name != 'alpha'", ["Beta 100%", "Gämma's"]),
        ("WHERE Name LIKE 'b%'", ["Beta 100%"]),
        (#"WHERE Name LIKE '%\%'"#, ["Beta 100%"]),
        ("WHERE Name LIKE '_lpha'", ["alpha"]),
        (#"WHERE Name = 'Gämma\'s'"#, ["Gämma's"]),
        ("WHERE NumberOfEmployees > 5", ["Beta 100%"]),
        ("WHERE NumberOfEmployees <= 50", ["alpha", "Beta 100%"]),
        ("WHERE NumberOfEmployees = null", ["Gämma's"]),
        ("WHERE Rating <> 'Hot'", ["Beta 100%", "Gämma's"]),
        ("WHERE Rating IN ('hot', 'cold')", ["alpha", "Gämma's"]),
        ("WHERE Rating NOT IN ('Hot')", ["Beta 100%", "Gämma's"]),
        ("WHERE NOT (Rating = 'Hot' OR AnnualRevenue > 1.0)", ["Gämma's"]),
        ("WHERE Rating = 'Hot' OR (NumberOfEmployees > 1 AND AnnualRevenue = 12.5)", ["alpha", "Beta 100%"]),
        ("WHERE SystemModstamp >= 2026-11-23T18:00:10Z", ["Beta 100%", "Gämma's"]),
        ("WHERE SystemModstamp > 2026-11-23T18:00:10.000+0000", ["Gämma's"]),
        ("WHERE SystemModstamp = 2026-11-23T19:00:10+01:00", ["Beta 100%"]),
        ("WHERE CreatedDate < 2026-11-23T18:00:10Z", ["alpha"]),
        ("WHERE CreatedDate = TODAY", ["alpha", "Beta 100%", "Gämma's"]),
        ("WHERE CreatedDate < LAST_N_DAYS:3", []),
        ("WHERE Owner.LastName = 'keller' AND IsDeleted = false", ["alpha", "Beta 100%", "Gämma's"]),
        ("ORDER BY Name DESC", ["Gämma's", "Beta 100%", "alpha"]),
        ("ORDER BY NumberOfEmployees", ["Gämma's", "alpha", "Beta 100%"]),
        ("ORDER BY NumberOfEmployees DESC NULLS LAST", ["Beta 100%", "alpha", "Gämma's"]),
        ("ORDER BY SystemModstamp DESC, Id DESC LIMIT 2", ["Gämma's", "Beta 100%"]),
        ("ORDER BY SystemModstamp, Id LIMIT 1 OFFSET 1", ["Beta 100%"]),
        ("\n  ORDER\tBY Id LIMIT 1 ", ["alpha"]),
    ])
    func `A query finds the rows that its clauses ask for`(clauses: String, names: [String]) async throws {
        let client = try await client()
        let found = await client.column("Name", "SELECT Id, Name FROM Account \(clauses)").compactMap(\.string)
        #expect(found == names)
    }

    @Test(arguments: [
        (
            "SELECT foo FROM Account", "INVALID_FIELD",
            "\nSELECT foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'foo' on entity 'Account'."
        ),
        (
            "SELECT Id, From Account", "MALFORMED_QUERY",
            "\nSELECT Id, From Account\n           ^\nERROR at Row:1:Column:12\nunexpected token: 'From'"
        ),
        (
            "SELECT Id FROM X__c", "INVALID_TYPE",
            "\nSELECT Id FROM X__c\n               ^\nERROR at Row:1:Column:16\nsObject type 'X__c' is not supported."
        ),
        ("SELECT Id, Id FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Id\nFROM Account\nWHERE Nope = 1", "INVALID_FIELD",
            "\nWHERE Nope = 1\n      ^\nERROR at Row:3:Column:7\n"
        ),
        (
            "SELECT Id FROM Account WHERE Id = 'a' OR Name = 'b' AND Name = 'c'", "MALFORMED_QUERY",
            "unexpected token: 'AND'"
        ),
        (
            "SELECT Id FROM Account WHERE SystemModstamp > '2026-11-23T18:00:00Z'", "INVALID_FIELD",
            "must be of type dateTime and should not be enclosed in quotes"
        ),
        (
            "SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call"
        ),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: <EOF>"),
        ("SELECT Id FROM Account LIMIT x", "MALFORMED_QUERY", "unexpected token: 'x'"),
        (
            "SELECT Ghost__r.Name FROM Account", "INVALID_FIELD",
            "Didn't understand relationship 'Ghost__r' in field path."
        ),
        ("", "MALFORMED_QUERY", "unexpected token: <EOF>"),
    ])
    func `A wrong query is refused with its place`(soql: String, code: String, message: String) async throws {
        let client = try await client()
        let answer = await client.query(soql)
        #expect(answer[0]?["errorCode"]?.string == code)
        #expect(answer[0]?["message"]?.string?.contains(message) == true, "\(answer[0]?["message"]?.string ?? "-")")
    }

    @Test func `Parents come as nested records, missing ones as null`() async throws {
        let client = try await client()
        let account = try #require(await client.org.ids("Account").first)
        try await client.org.create(
            "Contact",
            ["LastName": "Vogel", "FirstName": "Ida", "AccountId": .string(account)]
        )
        try await client.org.create("Contact", ["LastName": "Quinn"])
        let rows = await client.query("SELECT Name, Account.Name, Account.Owner.Email FROM Contact ORDER BY Id")[
            "records"
        ]
        #expect(rows?[0]?["Name"] == "Ida Vogel")
        #expect(rows?[0]?["Account"]?["Name"] == "alpha")
        #expect(rows?[0]?["Account"]?["Owner"]?["Email"] == "ada.keller@acme.example")
        #expect(rows?[1]?["Account"] == .null)
    }

    @Test func `Counts and aggregates answer without rows`() async throws {
        let client = try await client()
        let count = await client.query("SELECT COUNT() FROM Account WHERE Rating != null")
        #expect(count == ["totalSize": 2, "done": true, "records": []])
        let row = await client.query("SELECT COUNT(Id), MAX(NumberOfEmployees) most FROM Account")["records"]?[0]
        #expect(row?["expr0"] == 3)
        #expect(row?["most"] == 50)
        #expect(row?["attributes"] == ["type": "AggregateResult"])
    }

    @Test func `A large result comes in pages until its locator expires`() async throws {
        let client = await OrgClient()
        try await client.org.seed("Contact", count: 4_601)
        let soql = percentEncoded("SELECT Id FROM Contact ORDER BY SystemModstamp, Id")
        let first = await client.get("queryAll/?q=\(soql)", headers: ["Sforce-Query-Options": "batchSize=50"])
        #expect(first["records"]?.array?.count == 200)
        let page = await client.get("query?q=\(soql)")
        #expect(page["totalSize"] == 4_601)
        #expect(page["done"] == false)
        var ids = (page["records"]?.array ?? []).compactMap { $0["Id"]?.string }
        var next = page["nextRecordsUrl"]?.string
        #expect(next?.hasSuffix("-2000") == true)
        while let url = next {
            let page = await client.get("\(url)?q=ignored")
            ids += (page["records"]?.array ?? []).compactMap { $0["Id"]?.string }
            next = page["nextRecordsUrl"]?.string
        }
        #expect(ids.count == 4_601)
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 4_601)
        await client.org.advanceClock(seconds: 2 * 86_400 + 1)
        let later = OrgClient(org: client.org, token: await client.org.openSession())
        let dead = await later.send("GET", page["nextRecordsUrl"]?.string ?? "")
        #expect(dead.status == 400)
        #expect(dead.json?[0]?["errorCode"] == "INVALID_QUERY_LOCATOR")
    }

    @Test func `queryAll shows what lies in the recycle bin, query doesn't`() async throws {
        let client = try await client()
        let id = try #require(await client.org.ids("Account").first)
        try await client.org.delete("Account", id)
        #expect(await client.column("Name", "SELECT Name FROM Account").count == 2)
        let deleted = await client.column("Id", "SELECT Id FROM Account WHERE IsDeleted = true", all: true)
        #expect(deleted == [.string(id)])
    }

    @Test func `Twenty thousand rows of one object stay quick`() async throws {
        let client = await OrgClient()
        try await client.org.seed("Lead", count: 20_000)
        await client.org.advanceClock(seconds: 60)
        let id = try #require(await client.org.ids("Lead").last)
        let clock = ContinuousClock()
        let duration = try await clock.measure {
            for _ in 0..<100 {
                try await client.org.change("Lead", id, ["Rating": "Hot"])
                await client.org.advanceClock(seconds: 1)
                let soql =
                    "SELECT Id FROM Lead WHERE SystemModstamp >= 2026-11-23T18:01:00Z ORDER BY SystemModstamp, Id"
                #expect(await client.column("Id", soql) == [.string(id)])
            }
        }
        // A scan per query would take a hundred times as long.
        #expect(duration < .seconds(5))
    }

    @Test func `A window's live rows are counted with their first and last stamp`() async throws {
        let client = try await client()
        let ids = try await client.org.ids("Account")
        let window = "SystemModstamp >= 2026-11-23T18:00:00Z AND SystemModstamp < 2026-11-23T18:00:20Z"
        let query = "SELECT COUNT(Id),MIN(SystemModstamp),MAX(SystemModstamp) FROM Account WHERE \(window)"
        func row(_ more: String = "") async -> JSON? { await client.query(query + more)["records"]?[0] }
        let both = await row()
        #expect(both?["expr0"]?.int == 2)
        #expect(both?["expr1"]?.string == "2026-11-23T18:00:00.000+0000")
        #expect(both?["expr2"]?.string == "2026-11-23T18:00:10.000+0000")
        try await client.org.delete("Account", ids[0])
        await client.org.configure { $0.hiddenRecords = [ids[1]] }
        let none = await row(" AND IsDeleted = false")
        #expect(none?["expr0"]?.int == 0)
        #expect(none?["expr1"] == .null)
    }

    @Test(
        arguments: [
            (.refused, "INVALID_TYPE_FOR_OPERATION"), (.timeout, "QUERY_TIMEOUT"), (.wrong, nil),
        ] as [(SimulatedOrgConfiguration.AggregateFault, String?)]
    )
    func `Aggregates can be refused, run too long or be wrong`(
        fault: SimulatedOrgConfiguration.AggregateFault,
        code: String?
    ) async throws {
        let client = try await client()
        await client.org.configure { $0.aggregateFault = fault }
        let answer = await client.query("SELECT COUNT(Id) FROM Account")
        if let code {
            #expect(answer[0]?["errorCode"]?.string == code)
        } else {
            #expect(answer["records"]?[0]?["expr0"]?.int == 4)
        }
        // Nothing else is.
        #expect(await client.query("SELECT Id FROM Account")["totalSize"]?.int == 3)
    }
}
