import SimulatedOrg
import Testing

@testable import enum SimulatedOrg.ZipArchive

struct DeployTests {
    @Test func `A package goes through its states into a sandbox`() async throws {
        let client = await OrgClient()
        let started = await client.startDeployment(
            CalloutTests.package(),
            options: ["runTests": ["HookRelayTest"], "testLevel": "RunSpecifiedTests"]
        )
        #expect(started.status == 201)
        #expect(started.json?["deployResult"]?["status"] == "Pending")
        let path = "metadata/deployRequest/\(started.json?["id"]?.text ?? "")?includeDetails=true"
        #expect(await client.get(path)["deployResult"]?["status"] == "InProgress")
        let result = await client.get(path)["deployResult"]
        #expect(result?["status"] == "Succeeded")
        #expect(result?["numberComponentsDeployed"] == 4)
        #expect(result?["numberTestsCompleted"] == 1)
        #expect(result?["details"]?["componentSuccesses"]?[0]?["created"] == true)
        #expect(await client.org.deployedTriggers == ["HookAccount"])
        #expect(await client.org.deployedClasses == ["HookRelay", "HookRelayTest"])
        #expect(await client.org.remoteSites == ["HookSite"])
    }

    @Test func `Production asks for tests and for three quarters of the lines`() async {
        var configuration = SimulatedOrgConfiguration.test
        configuration.isSandbox = false
        let client = await OrgClient(configuration)
        let untested = await client.deploy(CalloutTests.package(), tests: [], level: "NoTestRun")
        #expect(untested["status"] == "Failed")
        #expect(untested["errorMessage"]?.text?.contains("NoTestRun") == true)
        await client.org.setTestOutcome(coverage: ["HookRelay": 60])
        let thin = await client.deploy(CalloutTests.package(), tests: ["HookRelayTest"])
        #expect(thin["status"] == "Failed")
        let warning = thin["details"]?["runTestResult"]?["codeCoverageWarnings"]?[0]
        #expect(warning?["name"] == "HookRelay")
        #expect(await client.org.deployedTriggers.isEmpty)
        await client.org.setTestOutcome(failing: ["HookRelayTest": "System.AssertException: Assertion Failed"])
        let failing = await client.deploy(CalloutTests.package(), tests: ["HookRelayTest"])
        #expect(failing["numberTestErrors"] == 1)
        await client.org.setTestOutcome()
        #expect(await client.deploy(CalloutTests.package(), tests: ["HookRelayTest"])["success"] == true)
        let organization = await client.query("SELECT IsSandbox FROM Organization")["records"]?[0]
        #expect(organization?["IsSandbox"] == false)
    }

    @Test(arguments: [
        ("classes/HookRelay.cls", "public class Other { }", "Class name must match"),
        ("classes/HookRelay.cls", "public class HookRelay { ", "Unexpected token"),
        ("triggers/HookAccount.trigger", "trigger HookAccount on Nope (after insert) { }", "does not allow triggers"),
        ("triggers/HookAccount.trigger", "trigger HookAccount on Account (after upsert) { }", "Unexpected token"),
        (
            "triggers/HookAccount.trigger", "trigger HookAccount on Account (after insert) { Ghost.run(); }",
            "Variable does not exist: Ghost"
        ),
        (
            "remoteSiteSettings/HookSite.remoteSite", "<RemoteSiteSetting><url>https://x</url></RemoteSiteSetting>",
            "disableProtocolSecurity"
        ),
    ])
    func `A faulty component fails the whole deployment`(path: String, content: String, problem: String) async {
        let client = await OrgClient()
        let files = CalloutTests.package().map { $0.0 == path ? ($0.0, content) : $0 }
        let result = await client.deploy(files, tests: [], level: "NoTestRun")
        #expect(result["status"] == "Failed")
        let problems = (result["details"]?["componentFailures"]?.elements ?? []).compactMap { $0["problem"]?.text }
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
        #expect(await client.org.deployedClasses.isEmpty)
    }

    @Test func `Destructive changes remove triggers before the classes they call`() async {
        let client = await OrgClient()
        _ = await client.deploy(CalloutTests.package(), tests: ["HookRelayTest"])
        let empty = "<Package><version>66.0</version></Package>"
        let classes =
            "<types><members>HookRelay</members><members>HookRelayTest</members><name>ApexClass</name></types>"
        let triggers = "<types><members>HookAccount</members><name>ApexTrigger</name></types>"
        let tooEarly = await client.deploy(
            [("package.xml", empty), ("destructiveChanges.xml", "<Package>\(classes)</Package>")],
            tests: [],
            level: "NoTestRun"
        )
        #expect(tooEarly["status"] == "Failed")
        #expect(await client.org.deployedClasses.count == 2)
        let all = await client.deploy(
            [("package.xml", empty), ("destructiveChanges.xml", "<Package>\(triggers)\(classes)</Package>")],
            tests: [],
            level: "NoTestRun"
        )
        #expect(all["status"] == "Succeeded")
        #expect(await client.org.deployedClasses.isEmpty)
        #expect(await client.org.deployedTriggers.isEmpty)
    }

    @Test func `A validation changes nothing until it is deployed quickly`() async {
        let client = await OrgClient()
        let options: JSON = ["checkOnly": true, "testLevel": "RunSpecifiedTests", "runTests": ["HookRelayTest"]]
        let validation = await client.startDeployment(CalloutTests.package(), options: options)
        let id = validation.json?["id"]?.text ?? ""
        for _ in 0..<2 { _ = await client.get("metadata/deployRequest/\(id)") }
        #expect(await client.org.deployedClasses.isEmpty)
        let quick = await client.send(
            "POST",
            "metadata/deployRequest/validatedDeployRequestId",
            body: ["validatedDeployRequestId": .string(id)]
        )
        #expect(quick.status == 201)
        for _ in 0..<2 { _ = await client.get("metadata/deployRequest/\(quick.json?["id"]?.text ?? "")") }
        #expect(await client.org.deployedClasses.count == 2)
    }

    @Test func `A pending deployment can be cancelled`() async {
        let client = await OrgClient()
        let id = await client.startDeployment(CalloutTests.package(), options: [:]).json?["id"]?.text ?? ""
        let answer = await client.send(
            "PATCH",
            "metadata/deployRequest/\(id)",
            body: ["deployResult": ["status": "Canceling"]]
        )
        #expect(answer.status == 202)
        #expect(await client.get("metadata/deployRequest/\(id)")["deployResult"]?["status"] == "Canceled")
        #expect(await client.org.deployedClasses.isEmpty)
    }

    @Test func `Zips are read stored and deflated`() throws {
        let bytes = try #require(Vectors.zipBytes)
        let files = try ZipArchive.files(in: bytes)
        #expect(files["stored.txt"] == Array("as it is".utf8))
        #expect(files["short.txt"] == Array("aaaaaaaaaaaaaaaaaaaa".utf8))
        let text = String(decoding: files["package.xml"] ?? [], as: UTF8.self)
        #expect(text.utf8.count == Vectors.packageLength)
        let words: Set = ["alpha", "beta", "gamma", "delta", "trigger", "class"]
        #expect(text.split(whereSeparator: \.isWhitespace).allSatisfy { words.contains(String($0)) })
        #expect(throws: (any Error).self) { try ZipArchive.files(in: Array(bytes.dropLast(30))) }
        for cut in stride(from: 1, to: bytes.count, by: 7) {
            _ = try? ZipArchive.files(in: Array(bytes.prefix(cut)) + Array(bytes.suffix(22)))
        }
    }
}
