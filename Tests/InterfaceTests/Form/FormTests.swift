import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct FormTests {
    @Test func `a change is marked, counted and applied as a whole`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.paste("https://other.example/hook\n")
        driver.keys("tab")
        driver.type("15")
        #expect(driver.text.contains("• 2 unsaved changes"))
        driver.forget()
        driver.keys("ctrl+s")
        guard case .update(_, 1, let draft) = driver.commands.first else {
            Issue.record("no update was asked for: \(driver.commands)")
            return
        }
        #expect(draft.configuration.callbackURL == "https://other.example/hook")
        #expect(draft.configuration.refreshInterval == 15)
        #expect(draft.configuration.signatureKey.isMask, "a secret that nobody touched stays as it is")
        #expect(driver.text.contains("applying…"))
        var applied = Sample.overview()
        applied.configuration.callbackURL = draft.configuration.callbackURL
        applied.configuration.refreshInterval = 15
        driver.instances = [applied]
        driver.save(.success(applied))
        driver.pass(milliseconds: 300)
        #expect(driver.text.contains("No unsaved changes"))
        #expect(driver.text.contains("Applied."))
    }

    @Test func `what was applied after all takes the word back that nothing was`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("https://other.example/hook")
        let results: [Result<InstanceOverview, Failure>] = [
            .failure(.failed("The org is busy.")), .success(Sample.overview()),
        ]
        for result in results {
            driver.keys("ctrl+s")
            driver.save(result)
            driver.pass(milliseconds: 300)
            let isRefused = if case .failure = result { true } else { false }
            #expect(driver.text.contains("Nothing was applied") == isRefused, "\(driver.text)")
        }
        driver.send(.polled(1, .failure(.failed("The org is busy."))))
        #expect(driver.text.contains("The poll failed"))
        driver.send(.polled(1, .success(PollSummary())))
        #expect(!driver.text.contains("The poll failed"))
    }

    @Test func `nothing half-valid is applied: the first wrong field gets the focus and says why`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("nonsense")
        driver.keys("tab")
        driver.type("0")
        driver.forget()
        driver.keys("ctrl+s")
        #expect(driver.commands.isEmpty)
        #expect(driver.form.focus == .setting(.callbackURL))
        #expect(
            driver.form.faults[.setting(.callbackURL)]?.contains("must begin with http:// or https://") == true
        )
        #expect(driver.text.contains("✗ Event Notification Callback URL must"))
        #expect(driver.text.contains("\u{201C}0\u{201D} is not"))
    }

    @Test func `a fault shows on leaving, not while typing, and goes once it is mended`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("http")
        #expect(driver.form.faults.isEmpty)
        driver.keys("tab")
        #expect(driver.form.faults[.setting(.callbackURL)] != nil)
        driver.keys("shift+tab")
        driver.type("://a.example")
        #expect(driver.form.faults[.setting(.callbackURL)] == nil)
    }

    @Test func `what the engine refuses shows under its field`() {
        var driver = Driver()
        driver.keys("c space ctrl+s")
        driver.save(
            .failure(.rejected([ConfigurationIssue(.signatureKey, "Callback Notification Signature Key is bad.")]))
        )
        #expect(driver.form.focus == .setting(.signatureKey))
        #expect(driver.text.contains("✗ Callback Notification Signature Key is"))
        #expect(driver.form.isDirty, "the draft is still there")
    }

    @Test func `the answer for one instance leaves the form of another alone`() {
        let refused = Failure.rejected([
            ConfigurationIssue(.signatureKey, "Callback Notification Signature Key is bad.")
        ])
        for result in [.success(Sample.overview()), .failure(refused)] as [Result<InstanceOverview, Failure>] {
            var driver = Driver()
            driver.keys("c space ctrl+s 2 I y down down")
            driver.type("https://a.example")
            #expect(driver.form.instance == nil && driver.form.isDirty)
            driver.save(result)
            driver.answer()
            #expect(driver.form.instance == nil && driver.form.isDirty && driver.form.faults.isEmpty)
            #expect(driver.messages.entries.last?.text.contains("mySFDCInstance") == true)
        }
    }

    @Test func `the answer for a new instance leaves the form of a later one alone`() {
        var driver = Driver()
        driver.send(.saved(request: 7, nil, .success(Sample.overview(id: 2, name: "second"))))
        driver.keys("I")
        driver.send(.saved(request: 8, nil, .failure(.failed("The app has no Run As user."))))
        driver.send(.saved(request: 9, nil, .success(Sample.overview(id: 3, name: "third"))))
        #expect(driver.form.instance == nil && driver.context.instances.current == nil)
        #expect(driver.messages.entries.last?.text == "third is connected.")
    }

    @Test func `fields that don't apply to webhooks disappear, and the receiver appears`() {
        var driver = Driver()
        #expect(driver.text.contains("Event poller refresh interval"))
        driver.keys("c tab right")
        #expect(!driver.text.contains("Event poller refresh interval"))
        #expect(driver.text.contains("http://127.0.0.1:8180"))
    }

    @Test func `discarding asks first, and Cancel is the default`() {
        var driver = Driver()
        driver.keys("c space tab esc enter")
        #expect(driver.form.isDirty && driver.form.focus == .setting(.eventType))
        driver.keys("esc")
        #expect(driver.text.contains("1 unsaved change of the form will be lost"))
        driver.keys("y")
        #expect(!driver.form.isDirty)
    }

    @Test func `Esc takes back the edit of the field that has the focus, of each kind, and no other`() {
        var form = Driver()
        form.keys("c space")
        for field in form.form.fields where field != .setting(.eventsEnabled) {
            var driver = form
            while driver.form.focus != field, driver.dashboard.focus == .form { driver.keys("tab") }
            if field.takesText { driver.type("7") } else { driver.keys("right left right") }
            driver.keys("esc")
            #expect(driver.form.changes == [.setting(.eventsEnabled)], "\(field)")
            if !driver.dashboard.layers.isEmpty { #expect(field == .connection || field == .optional, "\(field)") }
        }
        form.keys("esc")
        #expect(!form.form.isDirty && form.dashboard.focus == .form)
        form.keys("esc")
        #expect(form.dashboard.focus == .events)
    }

    @Test func `a further instance is offered a name that none of the others has`() {
        func offered(beside names: [String]) -> String {
            let instances = names.enumerated().map { Sample.overview(id: Int64($0.offset) + 1, name: $0.element) }
            var driver = Driver(140, 40, instances: instances)
            if !names.isEmpty { driver.keys("I") }
            return driver.form.draft.name
        }
        #expect(offered(beside: []) == "salesforce" && offered(beside: ["acme"]) == "salesforce")
        #expect(offered(beside: ["Salesforce"]) == "salesforce 2")
        #expect(offered(beside: ["salesforce", "salesforce 2", "x"]) == "salesforce 3")
    }

    @Test(arguments: [("rename", FieldID.name), ("callback", .setting(.callbackURL)), ("field tags", .tags)])
    func `the palette goes to the fields of the form`(query: String, field: FieldID) {
        var driver = Driver(140, 40)
        driver.keys("ctrl+p")
        driver.type(query)
        driver.keys("enter")
        #expect(driver.dashboard.focus == .form && driver.form.focus == field, "\(driver.text)")
        driver.keys("esc")
        #expect(driver.dashboard.focus == .events)
    }

    @Test func `the line about the draft says of Esc what the footer says, and only where it is the form's`() {
        func status(_ driver: Driver) -> String {
            driver.text.split(separator: "\n").first { $0.contains("unsaved change") }.map(String.init) ?? ""
        }
        var driver = Driver(140, 40)
        driver.keys("c tab tab")
        driver.type("x")
        #expect(status(driver).contains("Esc take back") && driver.text.contains("Esc take back"), "\(driver.text)")
        driver.keys("tab")
        #expect(status(driver).contains("Esc discard") && !driver.text.contains("take back"), "\(driver.text)")
        driver.keys("ctrl+p")
        driver.type("go to the events")
        driver.keys("enter")
        #expect(!status(driver).isEmpty && !status(driver).contains("Esc"), "\(driver.text)")
    }

    @Test func `the objects have the rows that the form has to spare`() {
        var driver = Driver(140, 70)
        driver.keys("c")
        #expect(driver.text.contains("Task") && driver.text.contains("Invoice"), "\(driver.text)")
        driver.resize(140, 24)
        #expect(driver.form.objects.visibleRange.count == ObjectList.leastRows)
        driver.resize(140, 70)
        #expect(driver.form.objects.visibleRange.count == 11)
    }

    @Test func `the steps of a new instance speak of the browser only where the grant needs one`() {
        var driver = Driver(140, 60, instances: [])
        #expect(driver.text.contains("allow access in the browser"), "\(driver.text)")
        for _ in 0..<20 where driver.form.focus != .setting(.grantType) { driver.keys("tab") }
        for _ in 0..<5 where driver.form.grant != .clientCredentials { driver.keys("right") }
        #expect(driver.form.grant == .clientCredentials)
        #expect(driver.text.contains("4  Press ^S. Changes"), "\(driver.text)")
    }

    @Test func `Enter on a selector opens the list of its choices`() {
        var driver = Driver()
        driver.keys("c tab enter")
        #expect(driver.text.contains("╭") && driver.dashboard.layers.count == 1)
        driver.keys("down enter")
        #expect(driver.dashboard.layers.isEmpty && driver.form.eventType == .webhooks)
    }

    @Test func `the consumer key is seen as it is typed, the secret is not`() {
        var driver = Driver(140, 60, instances: [])
        driver.keys("c")
        for (field, text) in [(FieldID.setting(.apiKey), "3MVG9key"), (.setting(.apiSecret), "topsecret")] {
            while driver.form.focus != field, driver.dashboard.focus == .form { driver.keys("tab") }
            driver.type(text)
        }
        #expect(driver.text.contains("3MVG9key") && !driver.text.contains("topsecret"))
    }

    @Test func `a secret is masked, replaced as a whole, and only new text can be shown`() {
        var secret = SecretField(stored: secretMask)
        #expect(secret.value == secretMask)
        _ = secret.handle(.ctrl("r"))
        #expect(secret.value == secretMask)
        secret.insert("12345")
        #expect(secret.value == "12345")
        var removed = SecretField(stored: secretMask)
        _ = removed.handle(.backspace)
        #expect(removed.value.isEmpty)
        _ = removed.handle(.ctrl("_"))
        #expect(removed.value == secretMask)
    }

    @Test func `the consumer key in force is shown, and kept as it is unless it is replaced`() {
        let held = Sample.overview { $0.apiKey = "3MVG9.consumer" }
        var driver = Driver(140, 40, instances: [held])
        driver.keys("c tab tab tab tab tab right")
        while driver.form.focus != .setting(.apiKey), driver.dashboard.focus == .form { driver.keys("tab") }
        #expect(driver.text.contains("3MVG9.consumer set; type to replace"), "\(driver.text)")
        #expect(driver.form.changes.isEmpty)
        driver.type("other")
        #expect(driver.text.contains("other") && !driver.text.contains("3MVG9.consumer"))
    }

    @Test func `what is typed into a secret never shows until Ctrl+R, and not after leaving`() {
        var driver = Driver()
        driver.keys("c tab tab tab tab tab tab right tab")
        #expect(driver.form.focus == .setting(.signatureKey))
        driver.type("geheim")
        #expect(!driver.text.contains("geheim"))
        driver.keys("ctrl+r")
        #expect(driver.text.contains("geheim"))
        driver.keys("tab")
        #expect(!driver.text.contains("geheim"))
    }

    @Test func `objects are found by typing, ticked with Space, and unknown ones are kept and marked`() {
        var driver = Driver()
        driver.keys("c tab tab tab tab")
        #expect(driver.form.focus == .setting(.objects))
        driver.type("inv")
        driver.keys("space esc")
        driver.type("Foo__c, Bar__c")
        driver.keys("enter")
        #expect(driver.form.objects.value.suffix(3) == ["Invoice__c", "Foo__c", "Bar__c"])
        #expect(driver.text.contains("unknown to the org"))
        #expect(driver.text.contains("7 of 13"))
        driver.type("not a name!")
        driver.keys("enter")
        #expect(driver.text.contains("“notaname!” can't be"))
    }

    @Test(arguments: [("right", 10), ("left", 3), ("home", 1), ("end", 1440)])
    func `the interval takes stops and typed numbers`(key: String, minutes: Int) {
        var driver = Driver()
        driver.keys("c tab tab tab \(key)")
        #expect(driver.form.interval.value == minutes)
    }

    @Test func `the org is asked for its objects again once its source came back`() {
        let down = SourceState.degraded(reason: "No answer.", since: Sample.now, lastSuccess: nil)
        var driver = Driver(140, 40, instances: [])
        driver.describes = .failure(.failed("The org can't be reached."))
        driver.instances = [Sample.overview(source: down)]
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("The org can't be reached."))
        driver.describes = .success(Sample.objects)
        driver.instances = [Sample.overview()]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.text.contains("4 of 11"))
    }

    @Test func `the forecast of API calls follows interval and objects`() {
        var driver = Driver()
        driver.keys("c tab tab tab home")
        #expect(driver.text.contains("≈ 1 440 of 100 000 API calls a day"))
        driver.keys("tab")
        driver.type("A1,A2,A3,A4,A5,A6")
        driver.keys("enter")
        #expect(driver.text.contains("≈ 2 880 of 100 000 API calls a day"))
    }

    @Test func `news of the instance never overwrite what is being typed`() {
        var driver = Driver()
        driver.keys("c tab tab ctrl+u")
        driver.type("https://mine")
        var other = Sample.overview()
        other.configuration.refreshInterval = 60
        driver.instances = [other]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        #expect(driver.form[text: .setting(.callbackURL)].text == "https://mine")
        #expect(driver.form.interval.value == 60)
    }

    @Test func `a field that nobody has changed follows what is in force, with the cursor in it`() {
        var driver = Driver()
        driver.keys("c space tab tab home right right")
        driver.instances = [Sample.overview(callbackURL: "https://new.example/hook")]
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 600)
        let field = driver.form[text: .setting(.callbackURL)]
        #expect(field.text == "https://new.example/hook" && field.cursor == 2)
        #expect(driver.form.changes == [.setting(.eventsEnabled)])
    }

    @Test func `a first start begins in the form and creates what is filled in`() {
        var driver = Driver(140, 50, instances: [])
        #expect(driver.dashboard.focus == .form)
        driver.keys("ctrl+s")
        #expect(driver.form.focus == .setting(.apiKey))
        driver.type("3MVG9.key")
        driver.keys("shift+tab right right")
        #expect(driver.form.grant == .clientCredentials)
        driver.keys("ctrl+s")
        #expect(driver.form.focus == .setting(.baseURL))
        #expect(Set(driver.form.faults.keys) == [.setting(.baseURL), .setting(.apiSecret)])
        driver.type("https://acme.my.salesforce.com")
        driver.keys("ctrl+s")
        #expect(driver.form.focus == .setting(.apiSecret))
        driver.type("secret")
        driver.forget()
        driver.keys("ctrl+s")
        guard case .create(_, let draft) = driver.commands.first else {
            Issue.record("nothing was created: \(driver.commands)")
            return
        }
        #expect(draft.configuration.apiKey == "3MVG9.key")
        #expect(draft.configuration.grantType == .clientCredentials)
        #expect(draft.configuration.eventsEnabled)
        driver.instances = [Sample.overview()]
        driver.save(.success(Sample.overview()))
        driver.answer()
        #expect(driver.dashboard.focus == .events)
        #expect(driver.text.contains("is connected"))
    }
}
