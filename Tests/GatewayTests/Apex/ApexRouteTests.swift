import Domain
import EngineAPI
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

struct ApexRouteTests {
    @Test func `a deployment answers with status, components and coverage`() async throws {
        let fixture = Fixture()
        let id = try await fixture.makeInstance().id
        let answer = try await fixture.call(.post, "/instances/\(id)/apex", #"{"production": true}"#)
        #expect(answer.status == 200)
        #expect(answer.json["status"]?.string == "Succeeded")
        #expect(answer.json["components"] == ["deployed": 5, "total": 5])
        #expect(answer.json["coverage"] == [["name": "A", "percent": 75]])
        #expect(try await fixture.call(.delete, "/instances/\(id)/apex?production=true").status == 200)
    }

    @Test func `what the org refuses is told in its words`() async throws {
        let fixture = Fixture()
        let id = try await fixture.makeInstance().id
        for method in [HTTPRequest.Method.post, .delete] {
            let answer = try await fixture.call(method, "/instances/\(id)/apex")
            #expect(answer.status == 403)
            #expect(answer.json["providerMessage"]?.string == "What the org said.")
        }
        let answer = try await fixture.call(.post, "/instances/\(id)/apex", #"{"production": "perhaps"}"#)
        #expect(answer.status == 400)
        #expect(try await fixture.call(.post, "/instances/99/apex").status == 404)
    }

    @Test func `the project's files come with the status, unless left out`() async throws {
        let fixture = Fixture()
        let id = try await fixture.makeInstance().id
        let answer = try await fixture.call(.get, "/instances/\(id)/apex")
        #expect(answer.json["deployed"]?.bool == false)
        #expect(answer.json["files"] == [["path": "README.md", "content": "# Read", "holdsSecret": false]])
        #expect(try await fixture.call(.get, "/instances/\(id)/apex?files=false").json["files"] == nil)
        #expect(try await fixture.call(.post, "/instances/\(id)/webhook/secret").status == 200)
    }

    @Test func `triggers that nobody saw come or go are named beside those that are there`() {
        var apex = DeployedApex()
        #expect(ApexShape.json(ApexStatus(deployed: apex, receiverURL: ""), files: nil)["underWay"] == nil)
        apex.underWay = ["Account"]
        let json = ApexShape.json(ApexStatus(deployed: apex, receiverURL: ""), files: nil)
        #expect(json["underWay"] == ["Account"] && json["deployed"] == false)
    }
}
