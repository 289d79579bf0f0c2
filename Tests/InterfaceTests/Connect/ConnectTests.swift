import Domain
import Drawing
import EngineAPI
import Foundation
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct ConnectTests {
    private static let url =
        "https://acme.my.salesforce.com/services/oauth2/authorize?response_type=code&client_id="
        + "3MVG9JJwBBbcN47LVkkLKwMXmlFRfH2AzDL3kK1p9MGLPkxTzbQ1jWkd.Yv7cmIX2a9iE4m1xHWb1v0KDgH7c"
        + "&redirect_uri=http%3A%2F%2Flocalhost%3A8181%2Foauth%2Fcallback&scope=api%20refresh_token"
        + "&state=sTaTe-0123456789-abcdefghijklmnopqrstuvwxyz&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    static let authorization = BrowserAuthorization(
        state: "sTaTe-0123456789-abcdefghijklmnopqrstuvwxyz",
        url: url,
        redirectURL: "http://localhost:8181/oauth/callback",
        expires: Sample.now.advanced(bySeconds: 900)
    )

    /// A new instance's form, applied without a code.
    static func opened(_ width: Int = 140, _ height: Int = 40, isBegun: Bool = true) -> Driver {
        var driver = Driver(width, height, instances: [])
        driver.keys("ctrl+s")
        driver.type("3MVG9.key")
        driver.forget()
        driver.keys("ctrl+s")
        if isBegun, case .beginAuthorization(let token, _, _)? = driver.commands.first {
            driver.send(.authorizationBegun(token: token, .success(authorization)))
        }
        return driver
    }

    /// An instance that was connected in the browser and whose grant is dead.
    static var dead: InstanceOverview {
        Sample.overview(
            source: .needsAttention(
                reason: "The refresh token is expired or revoked; connect again. "
                    + "(An app keeps five per user: a sixth connection ends the oldest.)",
                since: Sample.now
            )
        ) { $0.grantType = .authorizationCode }
    }

    @Test func `applying without a code begins an authorization, and granted access applies the draft`() {
        var driver = Self.opened(isBegun: false)
        guard case .beginAuthorization(let token, let configuration, nil)? = driver.commands.first else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        #expect(configuration.apiKey == "3MVG9.key")
        #expect(driver.text.contains("Making the address"))
        driver.forget()
        driver.send(.authorizationBegun(token: token, .success(Self.authorization)))
        #expect(driver.commands == [.awaitAuthorization(state: Self.authorization.state)])
        #expect(driver.text.contains("Waiting until 18:22"))
        #expect(driver.text.contains("http://localhost:8181/oauth/callback"))
        driver.forget()
        driver.send(.authorization(state: Self.authorization.state, .success(.waiting)))
        #expect(driver.commands == [.awaitAuthorization(state: Self.authorization.state)], "it asks again")
        driver.forget()
        driver.send(.authorization(state: Self.authorization.state, .success(.granted)))
        guard case .create(_, let draft)? = driver.commands.first else {
            Issue.record("nothing was created: \(driver.commands)")
            return
        }
        #expect(draft.authorizationState == Self.authorization.state)
        #expect(draft.authorizationCode == nil)
        #expect(driver.text.contains("The code has come"))
        driver.instances = [Sample.overview()]
        driver.save(.success(Sample.overview()))
        driver.answer()
        #expect(driver.dashboard.layers.isEmpty)
        #expect(driver.text.contains("mySFDCInstance is connected."))
    }

    @Test func `a pasted reply is handed in masked, whatever has the focus`() {
        var driver = Self.opened()
        driver.forget()
        driver.paste("http://localhost:8181/oauth/callback?code=aPrxSecret&state=s\n")
        #expect(driver.commands.isEmpty, "pasting presses no key")
        #expect(!driver.text.contains("aPrxSecret"))
        driver.keys("enter")
        #expect(
            driver.commands == [
                .completeAuthorization(
                    state: Self.authorization.state,
                    reply: "http://localhost:8181/oauth/callback?code=aPrxSecret&state=s"
                )
            ]
        )
        driver.forget()
        driver.send(
            .authorizationReply(
                state: Self.authorization.state,
                .failure(.failed("That address belongs to another attempt to connect."))
            )
        )
        #expect(driver.text.contains("✗ That address belongs to another attempt"))
        driver.paste("aPrx")
        driver.keys("enter")
        driver.send(.authorizationReply(state: Self.authorization.state, .success(.granted)))
        #expect(driver.commands.contains { if case .create = $0 { true } else { false } })
    }

    @Test func `a paste that comes as keys goes into the field, its y and o too`() {
        var driver = Self.opened()
        driver.forget()
        driver.type("aPrxyo")
        driver.keys("enter")
        #expect(
            driver.commands == [.completeAuthorization(state: Self.authorization.state, reply: "aPrxyo")]
        )
    }

    @Test func `the address is copied with y, and opened with o where there is a display`() {
        var driver = Self.opened()
        driver.forget()
        driver.keys("y")
        #expect(driver.commands == [.copy(Self.url, what: "the address")])
        driver.forget()
        driver.keys("o")
        #expect(driver.commands.isEmpty)
        #expect(driver.text.contains("There is no display"))
        driver.allowOpening()
        driver.keys("o")
        #expect(driver.commands == [.open(Self.url)])
        #expect(driver.text.contains("o open"))
    }

    @Test func `the address is a link in every row that shows it, and nothing else is`() {
        let driver = Self.opened(100, 30)
        let frame = driver.dashboard.frame()
        #expect(!frame.links.isEmpty)
        #expect(frame.links.allSatisfy { $0.address == Self.url && $0.area.height == 1 })
        let rows = driver.text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
        let shown = frame.links.map { String(rows[$0.area.y][$0.area.x..<$0.area.maxX]) }.joined()
        #expect(shown == Self.url)
        #expect(Driver().dashboard.frame().links.isEmpty)
    }

    @Test func `esc gives up and says so; late answers change nothing`() {
        var driver = Self.opened()
        driver.forget()
        driver.keys("esc")
        #expect(driver.commands == [.cancelAuthorization(state: Self.authorization.state)])
        #expect(driver.dashboard.layers.isEmpty)
        #expect(driver.form[secret: .setting(.apiKey)].value == "3MVG9.key", "the draft is still there")
        driver.forget()
        driver.send(.authorization(state: Self.authorization.state, .success(.granted)))
        #expect(driver.commands.isEmpty)
    }

    @Test func `an address that comes after Esc is given up`() {
        var driver = Self.opened(isBegun: false)
        guard case .beginAuthorization(let token, _, _)? = driver.commands.first else { return }
        driver.keys("esc")
        driver.forget()
        driver.send(.authorizationBegun(token: token, .success(Self.authorization)))
        #expect(driver.commands == [.cancelAuthorization(state: Self.authorization.state)])
    }

    @Test func `a refusal is one sentence, and Enter begins anew`() {
        var driver = Self.opened()
        driver.send(
            .authorization(
                state: Self.authorization.state,
                .success(.refused(reason: "Access was denied on Salesforce's page; connect again and choose Allow."))
            )
        )
        #expect(driver.text.contains("✗ Access was denied on Salesforce's page"))
        driver.forget()
        driver.keys("enter")
        guard case .beginAuthorization(let token, _, nil)? = driver.commands.first else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        driver.send(.authorizationBegun(token: token, .success(Self.authorization)))
        #expect(driver.text.contains("Waiting until"))
        #expect(!driver.text.contains("Access was denied"))
    }

    @Test func `what the org refuses after access was granted shows in the dialog, which stays`() {
        var driver = Self.opened()
        driver.send(.authorization(state: Self.authorization.state, .success(.granted)))
        driver.save(.failure(.failed("The org refuses the OAuth API key or secret; copy both.")))
        #expect(driver.text.contains("✗ The org refuses the OAuth API key or secret"))
        #expect(driver.text.contains("Enter begins again"))
        #expect(driver.form.applying == nil)
    }

    @Test func `a misspelled object sends nobody through the browser again`() {
        var driver = Self.opened()
        driver.send(.authorization(state: Self.authorization.state, .success(.granted)))
        driver.save(.failure(.rejected([ConfigurationIssue(.objects, "Objects to monitor: the org has no X.")])))
        #expect(driver.dashboard.layers.isEmpty)
        #expect(driver.form.focus == .setting(.objects))
        driver.forget()
        driver.keys("ctrl+s")
        guard case .create(_, let draft)? = driver.commands.first else {
            Issue.record("nothing was created: \(driver.commands)")
            return
        }
        #expect(draft.authorizationState == Self.authorization.state)
        driver.save(.failure(.failed("There is no such authorization.")))
        driver.forget()
        driver.keys("ctrl+s")
        guard case .beginAuthorization? = driver.commands.first else {
            Issue.record("an authorization that is gone was used again: \(driver.commands)")
            return
        }
    }

    @Test(arguments: [(140, 40), (60, 12), (50, 10), (44, 10), (40, 8)])
    func `the field and the reason of a refusal stay on every screen, inside the frame`(width: Int, height: Int) {
        var driver = Self.opened(width, height)
        #expect(driver.text.contains("paste here"), "\(driver.text)")
        driver.keys("tab")
        driver.type("x")
        driver.keys("enter")
        let refusal = Failure.failed("That address has no code; allow access first, then paste the one it ends on.")
        driver.send(.authorizationReply(state: Self.authorization.state, .failure(refusal)))
        for part in ["✗ That address has no code", "ends on.", "paste here"] {
            #expect(driver.text.contains(part), "\(driver.text)")
        }
        #expect(!driver.text.contains("━✗"), "\(driver.text)")
        #expect(driver.dashboard.frame().cursor != nil)
    }

    @Test(arguments: [140, 100, 80, 60])
    func `a dead grant names the key that connects again, in every width`(width: Int) {
        var driver = Driver(width, 24, instances: [Self.dead])
        #expect(driver.text.contains("C connect again"))
        driver.forget()
        driver.keys("C")
        guard case .beginAuthorization(_, let configuration, 1)? = driver.commands.first else {
            Issue.record("nothing was begun: \(driver.commands)")
            return
        }
        #expect(configuration.apiKey.isMask)
    }

    @Test func `changing anything else of a connected instance needs no browser`() {
        var driver = Driver(140, 40, instances: [Sample.overview { $0.grantType = .authorizationCode }])
        driver.keys("c tab tab tab right")
        driver.forget()
        driver.keys("ctrl+s")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("no update was asked for: \(driver.commands)")
            return
        }
        #expect(draft.authorizationState == nil)
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `the dialog fits every size, and the address can always be scrolled and copied`(width: Int, height: Int) {
        var driver = Self.opened(width, height)
        let size = "\(width)x\(height)"
        driver.screen.expectGolden("connect-waiting-\(size)")
        driver.keys("down down down down down")
        driver.paste("aPrx")
        driver.keys("enter")
        driver.send(
            .authorizationReply(
                state: Self.authorization.state,
                .failure(
                    .failed(
                        "That address belongs to another attempt to connect; open the address of this one, "
                            + "and paste the one that the browser then ends on."
                    )
                )
            )
        )
        driver.screen.expectGolden("connect-mistyped-\(size)")
        driver.send(
            .authorization(
                state: Self.authorization.state,
                .success(.refused(reason: "Access was denied on Salesforce's page; connect again and choose Allow."))
            )
        )
        driver.screen.expectGolden("connect-refused-\(size)")
    }

    @Test(arguments: GoldenScreenTests.sizes)
    func `a dead grant`(width: Int, height: Int) {
        let driver = Driver(width, height, instances: [Self.dead])
        driver.screen.expectGolden("dead-grant-\(width)x\(height)")
    }
}
