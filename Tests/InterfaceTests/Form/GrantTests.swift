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

    /// The engine would refuse each of these drafts, one field after another.
    @Test(
        arguments: [
            (.authorizationCode, "", [.apiKey]), (.authorizationCode, "aPrx", [.apiKey, .apiSecret]),
            (.refreshToken, "", [.apiKey, .refreshToken]), (.clientCredentials, "", [.apiKey, .apiSecret, .baseURL]),
            (.jwtBearer, "", [.apiKey, .username, .privateKey]), (.password, "", [.apiKey, .username, .password]),
        ] as [(GrantType, String, Set<ConfigurationKey>)]
    )
    func `an empty form names at once all that its grant needs`(
        grant: GrantType,
        code: String,
        keys: Set<ConfigurationKey>
    ) {
        var driver = Driver(140, 50, instances: [])
        var form = driver.form
        form.grant = grant
        if !code.isEmpty { form[secret: .code].replace(code) }
        #expect(Set(form.allFaults.keys.compactMap(\.key)) == keys)
        #expect(form.allFaults.values.allSatisfy { !$0.contains("oauth.") && !$0.contains("base.url") })
        driver.keys("ctrl+s")
        #expect(driver.text.contains("Nothing was applied: one field is wrong."))
    }

    @Test(
        arguments: [
            ("The authorization code is expired, used or mistyped; connect again.", true),
            ("The code belongs to another connection attempt; connect again.", true),
            ("The org can't be reached.", false),
        ]
    )
    func `a code that the org refuses is marked, and has the focus`(sentence: String, isMarked: Bool) {
        var driver = Driver(140, 50, instances: [])
        driver.keys("ctrl+s")
        driver.type("3MVG9.key")
        driver.keys("tab")
        driver.type("secret")
        for _ in 0..<40 where driver.form.focus != .code { driver.keys("tab") }
        driver.type("aPrx")
        driver.keys("tab ctrl+s")
        driver.save(.failure(.failed(sentence)))
        #expect((driver.form.faults[.code] == sentence) == isMarked && (driver.form.focus == .code) == isMarked)
        driver.keys("esc")
        guard isMarked else { return }
        driver.type("b")
        #expect(driver.form.faults.isEmpty)
    }

    @Test func `what is in force and not shown is not missing, and what was taken away is`() {
        var form = Form(Sample.overview())
        #expect(form.allFaults.isEmpty)
        form[secret: .setting(.apiSecret)].replace("")
        #expect(Set(form.allFaults.keys) == [.setting(.apiSecret)])
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
