import Primitives
import SimulatedOrg
import Testing

struct RoutingTests {
    @Test func `Discovery lists versions without a token and uncounted`() async {
        let client = await OrgClient()
        let answer = await client.org.respond(to: SimulatedRequest("GET", "/services/data"))
        #expect(answer.status == 200)
        #expect(answer.headers["Sforce-Limit-Info"] == nil)
        let last = answer.json?.array?.last
        #expect(last == ["label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"])
        let unknown = await client.send("GET", "/services/data/v99.0/sobjects")
        #expect(unknown.status == 404)
        #expect(unknown.json?[0]?["errorCode"] == "NOT_FOUND")
    }

    @Test func `Daily and concurrent limits are told apart by their text`() async {
        let client = await OrgClient()
        await client.org.setUsage(used: 100_000)
        let daily = await client.send("GET", "limits")
        #expect(daily.status == 403)
        #expect(daily.json == [["message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"]])
        await client.org.setUsage(used: 7, concurrencyExhausted: true)
        let concurrent = await client.send("GET", "limits")
        #expect(
            concurrent.json?[0]?["message"]?.string == "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
        )
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
        let results = (answer.json?["compositeResponse"]?.array ?? []).compactMap { $0["httpStatusCode"]?.int }
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
}
