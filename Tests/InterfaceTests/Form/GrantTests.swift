import Domain
import Drawing
import EngineAPI
import Foundation
import TestSupport
import Testing

@testable import Interface

/// What single grants ask of the form.
@Suite(.cases)
struct GrantTests {
    @Test func `the JWT's key may be the path of its file, which is read before anything is applied`() throws {
        func atKey() -> Driver {
            var driver = Driver(140, 50, instances: [])
            driver.keys("ctrl+s")
            driver.type("3MVG9.key")
            driver.keys("shift+tab right right right")
            #expect(driver.form.grant == .jwtBearer)
            #expect(driver.text.contains("JWT bearer"))
            driver.keys("ctrl+s")
            #expect(driver.form.focus == .setting(.username))
            driver.type("ada@acme.example")
            driver.keys("tab")
            driver.type("~/signalbox.key")
            #expect(driver.text.contains("~/signalbox.key"))
            driver.forget()
            driver.keys("ctrl+s")
            #expect(driver.commands == [.readKey(path: "~/signalbox.key")])
            driver.forget()
            return driver
        }
        var driver = atKey()
        driver.send(.keyRead(path: "~/signalbox.key", .failure(.failed("~/signalbox.key can't be read."))))
        #expect(driver.form.faults[.setting(.privateKey)]?.contains("can't be read") == true)
        driver.keys("ctrl+s")
        driver.forget()
        let key = try SigningKey.pem("private")
        driver.send(.keyRead(path: "~/signalbox.key", .success(key)))
        guard case .create(_, let draft)? = driver.commands.first else {
            Issue.record("nothing was created: \(driver.commands)")
            return
        }
        #expect(draft.configuration.privateKey.exposed == key)
        #expect(!driver.text.contains(key.split(separator: "\n")[1]))

        driver = atKey()
        driver.send(.keyRead(path: "~/signalbox.key", .success(try SigningKey.pem("public"))))
        #expect(driver.commands.isEmpty)
        #expect(driver.form.faults[.setting(.privateKey)]?.contains("is a public key") == true)
    }

    @Test func `a secret that can't be one is said to be under its field, and never passed over for the one before`() {
        var form = Form()
        form[secret: .setting(.apiKey)].replace("3MVG9 key")
        form[secret: .setting(.apiSecret)].replace("two words")
        form[secret: .setting(.signatureKey)].replace("\"my key\"")
        let faults = form.allFaults
        for field in [FieldID.setting(.apiKey), .setting(.apiSecret), .setting(.signatureKey)] {
            #expect(
                faults[field]?.contains("blank") == true || faults[field]?.contains("quotation") == true,
                "\(field)"
            )
        }
    }

    @Test func `the password grant is offered only where it is switched on`() {
        var form = Form()
        #expect(!form.grants.contains(.password))
        form.offersPassword = true
        #expect(form.grants.contains(.password))
        form.grant = .password
        #expect(form.allFaults.keys.contains(.setting(.password)) && form.allFaults.keys.contains(.setting(.username)))
    }
}
