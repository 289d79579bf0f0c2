import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport
import Testing

struct DeployTests {
    @Test func `A package goes through its states into a sandbox`() async throws {
        let client = await OrgClient()
        let started = await client.startDeployment(
            RelayPackage.files(),
            options: ["runTests": ["HookRelayTest"], "testLevel": "RunSpecifiedTests"]
        )
        #expect(started.status == 201)
        #expect(started.json?["deployResult"]?["status"] == "Pending")
        let path = "metadata/deployRequest/\(started.json?["id"]?.string ?? "")?includeDetails=true"
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
        var configuration = SimulatedOrgConfiguration.empty
        configuration.isSandbox = false
        let client = await OrgClient(configuration)
        let untested = await client.deploy(RelayPackage.files(), tests: [], level: "NoTestRun")
        #expect(untested["status"] == "Failed")
        #expect(untested["errorMessage"]?.string?.contains("NoTestRun") == true)
        await client.org.setTestOutcome(coverage: ["HookRelay": 60])
        let thin = await client.deploy(RelayPackage.files(), tests: ["HookRelayTest"])
        #expect(thin["status"] == "Failed")
        let warning = thin["details"]?["runTestResult"]?["codeCoverageWarnings"]?[0]
        #expect(warning?["name"] == "HookRelay")
        #expect(await client.org.deployedTriggers.isEmpty)
        await client.org.setTestOutcome(failing: ["HookRelayTest": "System.AssertException: Assertion Failed"])
        let failing = await client.deploy(RelayPackage.files(), tests: ["HookRelayTest"])
        #expect(failing["numberTestErrors"] == 1)
        await client.org.setTestOutcome()
        #expect(await client.deploy(RelayPackage.files(), tests: ["HookRelayTest"])["success"] == true)
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
        let files = RelayPackage.files().map { $0.0 == path ? ($0.0, content) : $0 }
        let result = await client.deploy(files, tests: [], level: "NoTestRun")
        #expect(result["status"] == "Failed")
        let problems = (result["details"]?["componentFailures"]?.array ?? []).compactMap { $0["problem"]?.string }
        #expect(problems.contains { $0.contains(problem) }, "\(problems)")
        #expect(await client.org.deployedClasses.isEmpty)
    }

    @Test func `Destructive changes remove triggers before the classes they call`() async {
        let client = await OrgClient()
        _ = await client.deploy(RelayPackage.files(), tests: ["HookRelayTest"])
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

    @Test(
        arguments: [
            (true, "NoTestRun", true), (true, nil, true), (false, nil, true), (false, "NoTestRun", false),
        ] as [(Bool, String?, Bool)]
    )
    func `Production refuses to go without tests on request, also where nothing is but removed`(
        isSandbox: Bool,
        level: String?,
        isRemoved: Bool
    ) async {
        var configuration = SimulatedOrgConfiguration.empty
        configuration.isSandbox = isSandbox
        let client = await OrgClient(configuration)
        _ = await client.deploy(RelayPackage.files(), tests: ["HookRelayTest"])
        let triggers = "<types><members>HookAccount</members><name>ApexTrigger</name></types>"
        let result = await client.deploy(
            [
                ("package.xml", "<Package><version>66.0</version></Package>"),
                ("destructiveChanges.xml", "<Package>\(triggers)</Package>"),
            ],
            tests: [],
            level: level
        )
        #expect(result["status"]?.string == (isRemoved ? "Succeeded" : "Failed"))
        let isRefused = result["errorMessage"]?.string?.contains("NoTestRun cannot be used in production") ?? false
        #expect(isRefused == !isRemoved)
        #expect(await client.org.deployedTriggers == (isRemoved ? [] : ["HookAccount"]))
    }

    @Test func `A validation changes nothing until it is deployed quickly`() async {
        let client = await OrgClient()
        let options: JSON = ["checkOnly": true, "testLevel": "RunSpecifiedTests", "runTests": ["HookRelayTest"]]
        let validation = await client.startDeployment(RelayPackage.files(), options: options)
        let id = validation.json?["id"]?.string ?? ""
        for _ in 0..<2 { _ = await client.get("metadata/deployRequest/\(id)") }
        #expect(await client.org.deployedClasses.isEmpty)
        let quick = await client.send(
            "POST",
            "metadata/deployRequest/validatedDeployRequestId",
            body: ["validatedDeployRequestId": .string(id)]
        )
        #expect(quick.status == 201)
        for _ in 0..<2 { _ = await client.get("metadata/deployRequest/\(quick.json?["id"]?.string ?? "")") }
        #expect(await client.org.deployedClasses.count == 2)
    }

    @Test func `A pending deployment can be cancelled`() async {
        let client = await OrgClient()
        let id = await client.startDeployment(RelayPackage.files(), options: [:]).json?["id"]?.string ?? ""
        let answer = await client.send(
            "PATCH",
            "metadata/deployRequest/\(id)",
            body: ["deployResult": ["status": "Canceling"]]
        )
        #expect(answer.status == 202)
        #expect(await client.get("metadata/deployRequest/\(id)")["deployResult"]?["status"] == "Canceled")
        #expect(await client.org.deployedClasses.isEmpty)
    }

    @Test func `A package in a folder is read from its manifest, whatever lies beside it`() async {
        let client = await OrgClient()
        let folder = RelayPackage.files().map { ("hooks/" + $0.0, $0.1) }
        let result = await client.deploy(folder, tests: ["HookRelayTest"])
        #expect(result["status"] == "Succeeded")
        // The same path in the folder and outside of it.
        let twice = folder + [("classes/HookRelay.cls", "public class HookRelay { }")]
        #expect(await client.deploy(twice, tests: ["HookRelayTest"])["status"] == "Succeeded")
    }

    @Test func `A zip that can't be read is refused with its reason, and nothing is queued`() async {
        let client = await OrgClient()
        var zip = SampleZip(stored: RelayPackage.files())
        zip.entries[1].checksum ^= 1
        for (bytes, reason) in [
            (zip.bytes, "entry classes/HookRelay.cls has a wrong checksum"), ([], "no end of central directory"),
        ] {
            let answer = await client.startDeployment(zip: bytes)
            #expect(answer.status == 400)
            #expect(answer.json?[0]?["errorCode"] == "INVALID_ZIP")
            #expect(answer.json?[0]?["message"]?.string == "The zip file can't be read: \(reason)")
        }
        #expect(await client.send("GET", "/control/deployments").json?["deployments"] == [])
    }

    @Test func `A deployment that isn't a validation can't be deployed again`() async {
        let client = await OrgClient()
        let started = await client.startDeployment(RelayPackage.files(), options: ["testLevel": "NoTestRun"])
        let id = started.json?["id"]?.string ?? ""
        for _ in 0..<2 { _ = await client.get("metadata/deployRequest/\(id)") }
        let again = await client.send(
            "POST",
            "metadata/deployRequest/validatedDeployRequestId",
            body: ["validatedDeployRequestId": .string(id)]
        )
        #expect(again.status == 400)
    }
}
