import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What leaves the dashboard by the clipboard, and the way into the browser.
@Suite(.cases)
struct CopyTests {
    private static func driver(_ keys: String = "k k", url: String? = "https://acme.my.salesforce.com") -> Driver {
        var overview = Sample.overview()
        overview.organizationURL = url
        var driver = Driver(140, 40, instances: [overview], log: (1...30).map { Sample.event($0) })
        driver.keys(keys)
        driver.answer()
        driver.forget()
        return driver
    }

    /// Chooses an item of the menu by its title.
    private static func choose(_ title: String, in driver: inout Driver) {
        driver.keys("y")
        for _ in 0..<20
        where !driver.text.split(separator: "\n").contains(where: {
            $0.contains("▸ " + title)
        }) { driver.keys("down") }
        #expect(driver.text.contains("▸ " + title), "\(driver.text)")
        driver.keys("enter")
        driver.answer()
    }

    private static func copied(_ driver: Driver) -> [String] {
        driver.commands.compactMap { if case .copy(let text, _) = $0 { text } else { nil } }
    }

    @Test(arguments: [
        ("Event id", "evt28"), ("Record id", "003Qy00000A1028IAB"), ("Record name", "Acme GmbH"),
        ("Address of the record", "https://acme.my.salesforce.com/003Qy00000A1028IAB"),
    ])
    func `what is known is copied at once`(title: String, text: String) {
        var driver = Self.driver()
        Self.choose(title, in: &driver)
        let copied = Self.copied(driver)
        #expect(copied.count == 1)
        if title != "Record name" { #expect(copied == [text]) }
    }

    @Test(arguments: [true, false])
    func `the record and the exact body are copied, whether the event is open or not`(isOpen: Bool) {
        for title in ["Record as JSON", "Notification body"] {
            var driver = Self.driver(isOpen ? "k k enter" : "k k")
            Self.choose(title, in: &driver)
            let detail = Sample.detail(Sample.event(28))
            let text = title == "Notification body" ? String(decoding: detail.body, as: UTF8.self) : detail.event.record
            #expect(Self.copied(driver) == [text])
        }
    }

    @Test func `what can't be read is not copied, and says so`() {
        var driver = Self.driver()
        driver.keys("y")
        for _ in 0..<20 where !driver.text.contains("▸ Notification body") { driver.keys("down") }
        driver.keys("enter")
        driver.send(.detail(sequence: 28, .failure(.failed("Event 28 is gone."))))
        #expect(Self.copied(driver).isEmpty)
        #expect(driver.text.contains("Nothing was copied: Event 28 is gone."))
    }

    @Test func `curl comes with the engine's signature and says of when it is`() {
        var driver = Self.driver()
        Self.choose("curl command", in: &driver)
        #expect(driver.commands.contains(.signRequest(eventID: "evt28")))
        let request = SignedRequest(
            url: "https://app.example/events?a=1&b='",
            headers: [.init(name: "webhook-signature", value: "v1,abc="), .init(name: "X-It's", value: "a\\b")],
            body: Array(#"@{"name":"O'Hara \u0041","n":1.50}"#.utf8),
            signedAt: Sample.now
        )
        driver.send(.signed(eventID: "evt28", .success(request)))
        let command = Self.copied(driver).last ?? ""
        #expect(command.contains("-H 'webhook-signature: v1,abc='"))
        #expect(command.contains(#"--data-raw '@{"name":"O'\''Hara \u0041","n":1.50}'"#))
        #expect(command.hasSuffix(#"'https://app.example/events?a=1&b='\'''"#))
        driver.send(.copied(what: "the curl command, its signature of 18:07:03", .success(.clipboard)))
        #expect(driver.text.contains("Copied the curl command, its signature of 18:07:03."))
    }

    /// Undone as a shell does it.
    @Test func `whatever stands in a request is one word of the shell`() {
        var random = SeededGenerator(seed: 5)
        let letters = Array("a'\\\"$`!\n @{}[]ü;&|<>*?~#%")
        for _ in 0..<500 {
            let text = String(
                (0..<Int(random.next() % 12)).map { _ in letters[Int(random.next() % UInt64(letters.count))] }
            )
            var word = ""
            var isQuoted = false
            var isEscaped = false
            for character in CurlCommand.quoted(text) {
                if isQuoted {
                    if character == "'" { isQuoted = false } else { word.append(character) }
                } else if isEscaped {
                    word.append(character)
                    isEscaped = false
                } else if character == "'" {
                    isQuoted = true
                } else {
                    #expect(character == "\\")
                    isEscaped = true
                }
            }
            #expect(word == text && !isQuoted && !isEscaped)
        }
    }

    @Test func `what stands under the cursor of the detail comes first, while that has the focus`() {
        var context = Self.driver("k k enter").context
        context.openField = ("message.raw.Email", "ada@new.example")
        let first = CopyMenu(context: context).items.first
        #expect(first?.title == "Field message.raw.Email")
        guard case .command(.copy("ada@new.example", _))? = first?.choice else {
            Issue.record("\(String(describing: first))")
            return
        }
        context.openField = nil
        #expect(CopyMenu(context: context).items.first?.title == "Event id")
    }

    @Test func `marked events are copied as lists, a record once`() {
        var driver = Self.driver("k k space k k space")
        Self.choose("Ids of the 2 marked events", in: &driver)
        #expect(Self.copied(driver) == ["evt27\nevt28"])
    }

    @Test func `the form is copied as a request without a secret in it`() throws {
        var driver = Driver(140, 40, instances: [])
        driver.keys("c")
        driver.answer()
        driver.keys("c tab tab")
        driver.type("https://app.example/events")
        driver.keys("shift+tab shift+tab")
        driver.forget()
        driver.keys("y enter")
        let text = try #require(Self.copied(driver).first)
        let json = try JSON(parsing: text)
        #expect(json["element"]?["key"] == "sfdc")
        #expect(json["configuration"]?["event.notification.callback.url"] == "https://app.example/events")
        #expect(!text.contains(secretMask))

        var settings = Sample.overview().configuration
        settings.signatureKey = "very-secret"
        settings.apiSecret = "also-secret"
        let body = InstanceRequest.body(InstanceDraft(name: "a", configuration: settings))
        #expect(!body.contains("very-secret") && !body.contains("also-secret"))
        #expect(body.contains("<oauth.api.secret>"))
    }

    @Test func `O opens the record, and says why where it can't`() {
        var driver = Self.driver()
        driver.keys("O")
        #expect(driver.text.contains("y copies the address"))
        driver.allowOpening()
        driver.keys("O")
        #expect(driver.commands.contains(.open("https://acme.my.salesforce.com/003Qy00000A1028IAB")))
        var unknown = Self.driver(url: nil)
        unknown.allowOpening()
        unknown.keys("O")
        #expect(unknown.text.contains("The address of the org is not known yet"))
        #expect(!unknown.commands.contains { if case .open = $0 { true } else { false } })
    }

    @Test func `what went to the terminal is not called copied, as nobody knows`() {
        var driver = Self.driver()
        driver.send(.copied(what: "the notification body", .success(.terminal)))
        #expect(driver.text.contains("Sent the notification body to the terminal's clipboard."))
        #expect(!driver.text.contains("Copied"))
    }

    @Test func `a text that is too long for the terminal is said to stand in a file`() {
        var driver = Self.driver()
        driver.send(.copied(what: "the notification body", .success(.file("/data/copied.txt"))))
        #expect(driver.text.contains("it stands in /data/copied.txt"))
    }
}
