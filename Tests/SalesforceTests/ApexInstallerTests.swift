import Domain
import EngineAPI
import Primitives
import SimulatedOrg
import Testing

@testable import Salesforce

struct ApexInstallerTests {
    /// An org that answers from a list and remembers what it was asked.
    private final class CannedOrg: OrgCalling {
        private let state: Locked<(answers: [String], calls: [String])>

        init(_ answers: [String]) { state = Locked((answers, [])) }

        var calls: [String] { state.withLock { $0.calls } }

        func call(_ method: String, _ path: String, contentType: String?, body: [UInt8]?) async throws -> JSON {
            let answer = state.withLock { state in
                state.calls.append("\(method) \(path)")
                return state.answers.isEmpty ? "null" : state.answers.removeFirst()
            }
            return try JSON(parsing: answer)
        }
    }

    private let sandbox = #"{"records":[{"IsSandbox":true,"OrganizationType":"Enterprise Edition"}]}"#
    private let developer = #"{"records":[{"IsSandbox":false,"OrganizationType":"Developer Edition"}]}"#
    private let production = #"{"records":[{"IsSandbox":false,"OrganizationType":"Enterprise Edition"}]}"#
    private let pending = #"{"id":"0Af1","deployResult":{"status":"Pending","done":false}}"#
    private let succeeded = #"{"id":"0Af1","deployResult":{"status":"Succeeded","done":true,"success":true}}"#

    private func package(at receiverURL: String = "https://h.example/r") throws -> ApexPackage {
        try #require(
            ApexPackage(
                instanceName: "x",
                receiverURL: receiverURL,
                receiverSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                suffix: "A",
                objects: ["Account"]
            )
        )
    }

    private func deploy(_ org: CannedOrg, allowProduction: Bool = false) async throws -> DeployStatus {
        try await ApexInstaller(org: org, pause: { _ in }).deploy(
            try package(),
            allowProduction: allowProduction,
            progress: { _ in }
        )
    }

    @Test func `it deploys and waits until the org is done`() async throws {
        let org = CannedOrg([sandbox, pending, pending, succeeded])
        #expect(try await deploy(org).isSuccess)
        let look = "GET /metadata/deployRequest/0Af1?includeDetails=true"
        #expect(org.calls.dropFirst() == ["POST /metadata/deployRequest", look, look])
    }

    @Test func `a developer edition is no production`() async throws {
        #expect(try await deploy(CannedOrg([developer, succeeded])).isSuccess)
    }

    @Test func `production is refused unless that is allowed`() async throws {
        let org = CannedOrg([production])
        await #expect { try await deploy(org) } throws: { error in
            error is ProductionOrg && "\(error)".contains("signalbox apex export")
        }
        #expect(org.calls.count == 1)
        #expect(try await deploy(CannedOrg([succeeded]), allowProduction: true).isSuccess)
    }

    @Test func `the org's own words are reported`() async throws {
        let failed = #"""
            {"id":"0Af1","deployResult":{"status":"Failed","done":true,"success":false,"details":{
             "componentFailures":{"fileName":"triggers/T.trigger","problem":"Invalid type: Foo","lineNumber":1},
             "runTestResult":{"failures":[{"name":"T","methodName":"m","message":"boom"}],
              "codeCoverageWarnings":[{"name":"C","message":"62%, at least 75% is required"}],
              "codeCoverage":[{"name":"C","numLocations":50,"numLocationsNotCovered":19}]}}}}
            """#
        let status = try DeployStatus(try JSON(parsing: failed))
        #expect(
            status.failures == [
                "triggers/T.trigger, line 1: Invalid type: Foo", "T.m: boom", "C: 62%, at least 75% is required",
            ]
        )
        #expect(status.coverage.map(\.percent) == [62])
        await #expect { try await deploy(CannedOrg([sandbox, failed])) } throws: {
            ($0 as? SalesforceError)?.providerMessage?.contains("Invalid type: Foo") == true
        }
    }

    private let untested = #"""
        {"id":"0Af1","deployResult":{"status":"Failed","done":true,"success":false,"details":{
         "runTestResult":{"failures":{"name":"T","methodName":"m","message":"boom"}}}}}
        """#

    @Test func `where only its test fails, a development org gets the package untested`() async throws {
        let org = CannedOrg([sandbox, untested, sandbox, pending, succeeded])
        let seen = Locked<[DeployStatus]>([])
        let status = try await ApexInstaller(org: org, pause: { _ in }).deploy(
            try package(),
            allowProduction: false,
            progress: { status in seen.withLock { $0.append(status) } }
        )
        #expect(status.isSuccess)
        #expect(status.failures == ["It was deployed untested, as its test failed:", "T.m: boom"])
        #expect(org.calls.filter { $0.hasPrefix("POST") }.count == 2)
        // Between the two nobody may take the first one's end for the last word.
        let told = seen.withLock { $0 }
        #expect(told.map(\.isDone) == [true, false, false, true, true])
        #expect(told.last == status)
        let body = DeployRequest(files: [], tests: [], skipsTests: true).body(boundary: "B")
        #expect(String(decoding: body, as: UTF8.self).contains(#""testLevel":"NoTestRun""#))
    }

    @Test func `in production a failed test is the last word`() async throws {
        let org = CannedOrg([untested, production])
        await #expect { try await deploy(org, allowProduction: true) } throws: {
            ($0 as? SalesforceError)?.providerMessage == "T.m: boom"
        }
        #expect(org.calls.filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test func `the multipart body holds options and zip`() throws {
        let package = try package()
        let body = DeployRequest(files: package.deployment(), tests: [package.testName]).body(boundary: "B")
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(#"name="entity_content""#) && text.contains(#""testLevel":"RunSpecifiedTests""#))
        #expect(text.contains(#""runTests":["SignalboxARelayTest"]"#) && text.hasSuffix("\r\n--B--\r\n"))
    }
    @Test func `a removal leaves the tests to the org`() throws {
        let package = try package()
        let body = DeployRequest(files: package.removal(triggers: ["T"], sites: []), tests: []).body(boundary: "B")
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains("deployOptions") && !text.contains("testLevel") && !text.contains("runTests"))
    }

    @Test func `another address has a site of its own, and the former one goes`() async throws {
        let org = InProcessOrg.empty { $0.isSandbox = true }
        let session = await org.session()
        let calling = try #require(session as? any OrgCalling)
        let installer = ApexInstaller(org: calling, pause: { _ in })
        let former = try package()
        _ = try await installer.deploy(former, allowProduction: false, progress: { _ in })
        #expect(await org.org.remoteSites == [former.siteName])
        let moved = try package(at: "https://moved.example/r")
        _ = try await installer.deploy(
            moved,
            obsoleteSites: [former.siteName],
            allowProduction: false,
            progress: { _ in }
        )
        #expect(await org.org.remoteSites == [moved.siteName])
    }

    @Test(arguments: [true, false]) func `what was deployed is removed again, from production, too`(
        isSandbox: Bool
    ) async throws {
        let org = InProcessOrg.empty { $0.isSandbox = isSandbox }
        let session = await org.session()
        let calling = try #require(session as? any OrgCalling)
        let installer = ApexInstaller(org: calling, pause: { _ in })
        let package = try package()
        _ = try await installer.deploy(package, allowProduction: true, progress: { _ in })
        #expect(await org.org.deployedTriggers == package.triggerNames)
        let status = try await installer.remove(
            package,
            triggers: package.triggerNames,
            allowProduction: true,
            progress: { _ in }
        )
        #expect(status.isSuccess)
        #expect(await org.org.deployedTriggers == [])
        #expect(await org.org.deployedClasses == [])
    }
}
