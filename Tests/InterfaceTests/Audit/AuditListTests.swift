import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Who did what.
@Suite(.cases)
struct AuditListTests {
    static let entries: [AuditEntry] = [
        AuditEntry(
            id: 5,
            at: Sample.now.advanced(bySeconds: -30),
            actor: "terminal ada",
            action: .updateInstance,
            instance: Sample.overview().id,
            subject: "event.poller.refresh_interval: 5 → 1; oauth.api.secret"
        ),
        AuditEntry(
            id: 4,
            at: Sample.now.advanced(bySeconds: -90),
            actor: "management user secret, terminal gr\u{1B}[31mace",
            action: .replayEvent,
            instance: nil,
            subject: "AXBooiL_qrZEur0mJV09, to other.example",
            failure: "There is no callback to replay to; set the Event Notification Callback URL or name a callbackUrl."
        ),
        AuditEntry(
            id: 3,
            at: Sample.now.advanced(bySeconds: -86_400),
            actor: "token deploy-bot",
            action: .deleteInstance,
            instance: 99
        ),
    ]

    static func opened(_ width: Int = 140, _ height: Int = 40) -> Driver {
        var driver = Driver(width, height, log: (1...40).map { Sample.event($0) })
        driver.audit = entries
        driver.keys("W")
        driver.answer()
        return driver
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16), (40, 8)])
    func `who did what, newest first`(width: Int, height: Int) {
        Self.opened(width, height).screen.expectGolden("audit-\(width)x\(height)")
    }

    @Test(arguments: [(140, 40), (80, 24), (60, 16)])
    func `what failed is said in words and marked, not only coloured`(width: Int, height: Int) {
        let text = Self.opened(width, height).text
        let row = text.split(separator: "\n").first { $0.contains("✗") }
        #expect(row?.contains("✗ replay an event") == true && row?.contains("failed: The") == true, "\(text)")
        #expect(!text.contains("replayed an event"), "\(text)")
    }

    @Test func `who did it has the room that there is`() {
        let actor = "management user secret, terminal grace.hopper"
        var driver = Driver(140, 40, log: [])
        driver.audit = [AuditEntry(id: 1, at: Sample.now, actor: actor, action: .holdCallback, instance: nil)]
        driver.keys("W")
        driver.answer()
        let rows = driver.text.split(separator: "\n").filter { $0.contains("held the callback") }
        #expect(rows.first?.contains(actor.prefix(36)) == true, "\(driver.text)")
    }

    @Test func `older entries are asked for behind the last one, once, until there are none`() {
        var driver = Driver(140, 40, log: [])
        driver.audit = (1...450).reversed().map {
            AuditEntry(id: $0, at: Sample.now, actor: "terminal ada", action: .holdCallback, instance: nil)
        }
        driver.keys("W")
        driver.answer()
        for _ in 1...4 {
            driver.keys("end")
            driver.answer()
        }
        let asked = driver.commands.compactMap { command -> Int64?? in
            if case .loadAudit(_, let before, _) = command { before } else { nil }
        }
        #expect(asked == [nil, 251, 51])
    }

    @Test func `what can't be read is said`() {
        var driver = Driver(80, 24, log: [])
        driver.keys("W")
        let asked = driver.pending.compactMap { if case .loadAudit(let token, _, _) = $0 { token } else { nil } }
        driver.send(.audit(token: asked.last ?? 0, .failure(.failed("The store can't be read."))))
        let text = driver.screen.text
        #expect(text.contains("The store can't be read."))
    }

    @Test func `without an entry it says so, and the key that opened it closes it`() {
        var driver = Driver(80, 24, log: [])
        driver.keys("W")
        driver.answer()
        let open = driver.screen.text
        #expect(open.contains("Nothing was applied, replayed, held, rotated or deleted yet."))
        driver.keys("W")
        let closed = driver.screen.text
        #expect(!closed.contains("Nothing was applied"))
    }
}
