import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct ApexTests {
    static func webhooks(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> InstanceOverview {
        Sample.overview { settings in
            settings.eventType = .webhooks
            change(&settings)
        }
    }

    static var deployed: ApexStatus {
        var apex = DeployedApex()
        apex.objects = ["Account", "Contact"]
        apex.deployedAt = Sample.now.advanced(bySeconds: -3600)
        apex.receiverURL = "https://hooks.example/elements/api-v2/events/sfdc/0f3a9c"
        return ApexStatus(deployed: apex, receiverURL: "https://hooks.example/elements/api-v2/events/sfdc/0f3a9c")
    }

    static var refused: DeployStatus {
        var status = DeployStatus(id: "0Af1", status: "Failed")
        status.isDone = true
        (status.componentsDeployed, status.componentsTotal) = (0, 7)
        status.failures = [
            "triggers/SignalboxAccount.trigger, line 1: Variable does not exist: Relay",
            "SignalboxRelayTest.sends: System.DmlException: REQUIRED_FIELD_MISSING, Required fields are missing: [Region__c]",
        ]
        status.coverage = [.init(name: "SignalboxRelay", percent: 62)]
        return status
    }

    @Test func `the window says what is deployed, when and where it posts to`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.apex = Self.deployed
        driver.keys("a")
        driver.answer()
        #expect(driver.text.contains("triggers on Account, Contact"))
        #expect(driver.text.contains("2026-11-23 17:07:03"))
        #expect(driver.text.contains("https://hooks.example"))
    }

    @Test func `triggers whose deployment nobody saw end are perhaps there`() {
        var driver = Driver(instances: [Self.webhooks()])
        var apex = DeployedApex()
        apex.underWay = ["Account", "Contact"]
        driver.apex = ApexStatus(deployed: apex, receiverURL: "https://hooks.example/r")
        driver.keys("a")
        driver.answer()
        #expect(driver.text.contains("perhaps triggers on Account, Contact"))
        #expect(!driver.text.contains("nothing was deployed"))
    }

    @Test(arguments: [EngineNotice.instance(1), .instancesChanged])
    func `a sandbox is deployed at once and its progress is shown`(_ notice: EngineNotice) {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a")
        driver.answer()
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands.contains(.runApex(1, .deploying, allowProduction: false)))
        driver.apex.running = .deploying
        driver.apex.progress = "InProgress: 3 of 7 components"
        driver.send(.notice(notice))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("deploying: InProgress: 3 of 7 components"))
        driver.keys("enter")
        #expect(driver.text.contains("A deployment is running already."))
        var done = DeployStatus(id: "0Af1", status: "Succeeded")
        done.componentsTotal = 7
        driver.apex = Self.deployed
        driver.send(.apexEnded(1, .deploying, .done(done)))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("Deployed: 7 components"))
        #expect(driver.text.contains("triggers on Account"))
    }

    @Test func `production is asked about with what would happen, and is deployed after a yes alone`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a enter")
        driver.send(.apexEnded(1, .deploying, .needsConsent))
        #expect(driver.text.contains("Deploy into production?"))
        #expect(driver.text.contains("75 %"))
        driver.forget()
        driver.keys("enter")
        #expect(!driver.commands.contains(.runApex(1, .deploying, allowProduction: true)))
        driver.send(.apexEnded(1, .deploying, .needsConsent))
        driver.keys("y")
        #expect(driver.commands.contains(.runApex(1, .deploying, allowProduction: true)))
    }

    @Test func `what the org said to a refused deployment is all there to read`() {
        var driver = Driver(100, 30, instances: [Self.webhooks()])
        driver.send(.apexEnded(1, .deploying, .failed("The org refused it and nothing was changed.", Self.refused)))
        let text = driver.text.split(separator: "\n").joined().split(separator: " ").joined(separator: " ")
        #expect(text.contains("Variable does not exist"))
        #expect(driver.text.contains("Region__c"))
        #expect(driver.text.contains("62 % SignalboxRelay"))
        var long = Self.refused
        long.failures = (1...80).map { "classes/C\($0).cls: problem number \($0)" }
        driver.keys("esc")
        driver.send(.apexEnded(1, .deploying, .failed("Refused.", long)))
        driver.keys("end")
        #expect(driver.text.contains("62 % SignalboxRelay"), "the end can be scrolled to")
    }

    @Test func `a question that comes while something else is typed takes no key of it`() {
        var driver = Driver(instances: [Self.webhooks()], log: [Sample.event(1)])
        driver.keys("a enter esc B")
        driver.send(.apexEnded(1, .deploying, .needsConsent))
        driver.forget()
        driver.type("y")
        #expect(!driver.commands.contains(.runApex(1, .deploying, allowProduction: true)))
        #expect(driver.messages.entries.last?.text.contains("is a production org") == true)
        driver.send(.apexEnded(1, .deploying, .failed("Refused.", Self.refused)))
        #expect(driver.text.contains("Replay many events"))
        #expect(driver.dashboard.layers.count == 1)
    }

    @Test func `the way to a yes names the key as it is, and the instance where another is shown`() throws {
        let keys = try ActionTable.standard.rebound([KeyBinding(action: "apex", keys: [.ctrl("x")])])
        var driver = Driver(instances: [Self.webhooks(), Sample.overview(id: 2, name: "live")], keys: keys)
        driver.send(.apexEnded(1, .deploying, .needsConsent))
        #expect(driver.messages.entries.last?.text.contains("Press ^X and choose again") == true)
        driver.keys("ctrl+x")
        driver.send(.apexEnded(2, .deploying, .needsConsent))
        #expect(!driver.text.contains("Deploy into production?"), "it is not this instance's window")
        let words = "live is a production org; nothing was done. Switch to live, press ^X and choose again"
        #expect(driver.messages.entries.last?.text.contains(words) == true)
    }

    @Test func `removing asks first`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a down enter")
        driver.forget()
        driver.keys("y")
        #expect(driver.commands.contains(.runApex(1, .removing, allowProduction: false)))
    }

    @Test func `a project goes into the folder that is named, and a refusal stands under it`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a down down enter ctrl+u")
        driver.type("~/apex")
        driver.forget()
        driver.keys("enter")
        #expect(driver.commands == [.exportApex(request: driver.projectRequest, 1, folder: "~/apex")])
        driver.send(
            .apexExported(
                request: driver.projectRequest,
                .failure(.failed("~/apex is not empty; name a new directory."))
            )
        )
        #expect(driver.text.contains("✗ ~/apex is not empty; name a new directory."))
        driver.keys("enter")
        let project = ExportedProject(
            folder: "/home/a/apex",
            files: 9,
            warning: "These classes post to 127.0.0.1:8180."
        )
        driver.send(.apexExported(request: driver.projectRequest, .success(project)))
        #expect(driver.text.contains("Wrote 9 files into /home/a/apex"))
        #expect(driver.text.contains("post to 127.0.0.1:8180"))
        #expect(driver.dashboard.layers.count == 1)
    }

    @Test func `the answer to a folder window that was closed is not the next one's`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a down down enter enter")
        let former = driver.projectRequest
        driver.keys("esc enter enter")
        #expect(driver.projectRequest != former && driver.text.contains("Writing…"))
        driver.send(.apexExported(request: former, .success(ExportedProject(folder: "/a", files: 9, warning: nil))))
        #expect(driver.dashboard.layers.count == 2 && driver.text.contains("Writing…"))
        driver.send(.apexExported(request: driver.projectRequest, .failure(.failed("The disk is full."))))
        #expect(driver.text.contains("✗ The disk is full."))
    }

    @Test func `what is begun for an instance that is not on the screen says nothing of the one that is`() {
        var feature = ApexFeature()
        let context = Driver(instances: [Self.webhooks()]).context
        var effects = Effects()
        feature.receive(ApexRequested(instance: 2, work: .removing, allowsProduction: false), context, &effects)
        feature.receive(RotationRequested(instance: 2), context, &effects)
        #expect(feature.board.running == nil && !feature.board.isRotating)
        feature.receive(ApexRequested(instance: 1, work: .removing, allowsProduction: false), context, &effects)
        feature.receive(RotationRequested(instance: 1), context, &effects)
        #expect(feature.board.running == .removing && feature.board.isRotating)
    }

    @Test func `rotating asks, and both addresses can be copied`() {
        var driver = Driver(instances: [Self.webhooks()])
        driver.keys("a down down down enter")
        driver.forget()
        driver.keys("y")
        #expect(driver.commands.contains(.rotateSecret(1)))
        driver.send(.secretRotated(1, .success(Self.webhooks())))
        driver.forget()
        driver.keys("down enter down enter")
        let url = "http://127.0.0.1:8180/elements/api-v2/events/sfdc/0f3a9c"
        #expect(
            driver.commands.filter { if case .copy = $0 { true } else { false } } == [
                .copy(url, what: "the receiver URL"), .copy(url + "/outbound", what: "the Outbound Message address"),
            ]
        )
    }

    @Test func `an instance that polls is told why it has no Apex to deploy`() {
        var driver = Driver()
        driver.keys("a enter")
        #expect(driver.text.contains("set its event type to webhooks"))
    }

    @Test func `the form says before applying what a switch of the event type does in the org`() {
        var driver = Driver()
        driver.keys("c tab right")
        #expect(driver.text.contains("Applying deploys Apex triggers on 4"))
        #expect(driver.text.contains("can't reach 127.0.0.1:8180"))
        var other = Driver(instances: [Self.webhooks()])
        #expect(!other.text.contains("Applying"))
        other.keys("c tab right")
        #expect(other.text.contains("Applying takes the Apex triggers out"))
    }

    @Test func `what is wrong is said in full`() {
        let reason =
            "The Apex package could not be deployed: " + (1...30).map { "reason \($0)" }.joined(separator: ", ") + "."
        let source = SourceState.degraded(reason: reason, since: Sample.now, lastSuccess: nil)
        var driver = Driver(100, 30, instances: [Sample.overview(source: source)])
        #expect(!driver.text.contains("reason 30"))
        driver.keys("w")
        #expect(driver.text.contains("reason 30."))
    }

    @Test func `the folder of an export is said whole before it is written`() {
        var driver = Driver(140, 40, instances: [Self.webhooks()])
        driver.start(in: "/srv/work")
        driver.keys("ctrl+p")
        driver.type("export the apex")
        driver.keys("enter")
        #expect(driver.text.contains("in /srv/work"), "\(driver.text)")
        driver.paste("/deeper")
        #expect(driver.text.contains("in /srv/work"))
        driver.keys("ctrl+u")
        driver.type("/srv/other")
        #expect(!driver.text.contains("in /srv/work"), "\(driver.text)")
    }
}
