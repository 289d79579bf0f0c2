import Domain
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// What the form offers before there is an org to ask.
@Suite(.cases)
struct OfferTests {
    @Test func `before a connection a typed object is offered, not called unknown`() {
        var driver = Driver(140, 40, instances: [])
        driver.keys("c")
        while driver.form.focus != .setting(.objects) { driver.keys("tab") }
        driver.type("Invoice__c")
        #expect(driver.text.contains("adds “Invoice__c”") && !driver.text.contains("no such object"))
        driver.keys("enter")
        #expect(driver.form.objects.value.contains("Invoice__c") && driver.form.faults.isEmpty)
    }

    @Test func `with the org's list it is said that it is not among them`() {
        var list = ObjectList([])
        list.filter.insert("Invoice__c")
        #expect(list.offer(key: "Enter")?.contains("Invoice__c") == true)
        list.load(Sample.objects)
        list.filter.set("Nothing__c")
        #expect(list.offer(key: "Enter") == "The org shows no such object. Enter adds what is typed.")
        list.filter.set("  ")
        #expect(list.offer(key: "Enter") == nil)
    }

    @Test func `the endpoint begins empty with the address of a My Domain, which means the standard one`() {
        var driver = Driver(140, 60, instances: [])
        #expect(driver.form[text: .setting(.baseURL)].isEmpty && !driver.form.isChanged(.setting(.baseURL)))
        #expect(driver.form.draft.configuration.baseURL == "https://login.salesforce.com")
        #expect(driver.text.contains("https://MyDomain.my.salesforce.com"))
        driver.keys("c")
        while driver.form.focus != .setting(.baseURL) { driver.keys("tab") }
        // Pasted with blanks, quotes and line ends it is the address alone.
        driver.paste(" \n\"https://acme.my.salesforce.com/\"\r\n")
        #expect(driver.form.draft.configuration.baseURL.hasPrefix("https://acme.my.salesforce.com"))
        #expect(driver.form.fault(of: .setting(.baseURL)) == nil)
    }

    /// Each field of one line: what is pasted with blanks, line ends and marks that don't show is cleaned, or refused in words.
    @Test func `what is pasted is cleaned or refused, field by field`() {
        let plain: [(ConfigurationKey, String)] = [
            (.callbackURL, "https://app.example/events"), (.baseURL, "https://acme.my.salesforce.com"),
            (.apiKey, "3MVG9abc"), (.apiSecret, "0123ABCD"), (.signatureKey, "some-signature-key"),
        ]
        for (key, value) in plain {
            for around in [
                "\n\(value)", "\(value)\r\n", "  \(value)\t", "\u{FEFF}\(value)\u{200B}", "\u{A0}\(value) \n",
            ] {
                var form = Form()
                form.grant = .clientCredentials
                form.focus(.setting(key))
                form.paste(around)
                form.leave(.setting(key))
                let isClean = key.setting.read(form.draft.configuration) == value
                #expect(isClean || form.faults[.setting(key)] != nil, "\(key): \(around.debugDescription)")
            }
        }
    }
}
