import Domain
import Drawing
import EngineAPI
import Primitives
import Testing

@testable import Interface

struct FineTuningTests {
    /// The form with its optional fields unfolded and one of them focused.
    private func driver(_ field: FieldID, _ overview: InstanceOverview = Sample.overview()) -> Driver {
        var driver = Driver(140, 60, instances: [overview])
        driver.keys("c")
        for _ in 0..<40 where driver.form.focus != .optional { driver.keys("tab") }
        driver.keys("right")
        for _ in 0..<20 where driver.form.focus != field { driver.keys("tab") }
        return driver
    }

    private func applied(_ driver: inout Driver) -> InstanceConfiguration? {
        driver.forget()
        driver.keys("ctrl+s")
        guard case .update(_, let draft)? = driver.commands.first else { return nil }
        return draft.configuration
    }

    @Test(arguments: ConfigurationKey.allCases)
    func `every setting has a field with a line of help wherever it means something`(key: ConfigurationKey) throws {
        let field = FieldID.setting(key)
        let (type, grant) = try #require(
            EventType.allCases.flatMap { type in GrantType.allCases.map { (type, $0) } }
                .first { key.setting.applies($0.0, $0.1) }
        )
        var driver = Driver(
            140,
            60,
            instances: [
                Sample.overview {
                    $0.eventType = type
                    $0.grantType = grant
                }
            ]
        )
        driver.keys("c")
        for _ in 0..<60 where driver.form.focus != field {
            if driver.form.focus == .connection || driver.form.focus == .optional { driver.keys("right") }
            driver.keys("tab")
        }
        #expect(driver.form.focus == field)
        #expect(driver.text.contains(field.label), "\(field)")
        #expect(driver.text.contains(String(field.help.prefix(30))), "\(field)")
    }

    @Test func `the first poll takes a date`() {
        var driver = driver(.setting(.firstRun))
        driver.keys("right tab")
        #expect(driver.form.focus == .firstPollSince)
        driver.keys("tab")
        #expect(driver.text.contains("First poll: since needs a date"))
        driver.keys("shift+tab")
        driver.type("2026-11-01")
        #expect(applied(&driver)?.firstRun == .since(Timestamp(parsing: "2026-11-01") ?? .distantPast))
    }

    @Test func `numbers and switches are applied`() {
        var driver = driver(.setting(.reconcileMinutes))
        driver.type("30")
        driver.keys("tab tab space tab ctrl+u")
        driver.type("5")
        let settings = applied(&driver)
        #expect(settings?.reconcileMinutes == 30)
        #expect(settings?.reportTouches == true)
        #expect(settings?.batchSize == 5)
    }

    @Test func `an emptied interval is the program's again`() {
        var driver = driver(.setting(.reconcileMinutes), Sample.overview { $0.reconcileMinutes = 30 })
        driver.keys("ctrl+u")
        #expect(driver.text.contains("1 unsaved change"))
        #expect(applied(&driver).map { $0.reconcileMinutes == nil } == true)
    }

    @Test(arguments: [
        (ConfigurationKey.batchSize, "11"), (.batchSize, "many"), (.reconcileMinutes, "-1"), (.missingPercent, "0"),
    ])
    func `a number out of range is said under its field and nothing is applied`(key: ConfigurationKey, text: String) {
        let field = FieldID.setting(key)
        var driver = driver(field)
        driver.keys("ctrl+u")
        driver.type(text)
        #expect(applied(&driver) == nil)
        #expect(driver.form.faults[field] != nil)
        #expect(driver.form.focus == field)
    }

    @Test func `what matters for webhooks alone is hidden while polling`() {
        let driver = driver(.setting(.batchSize))
        #expect(!driver.text.contains("Unsigned webhooks allowed"))
        #expect(!driver.text.contains("Deploy Apex automatically"))
    }

    @Test func `a first run that reads everything shows how far it is`() {
        var overview = Sample.overview { $0.firstRun = .backfill }
        overview.backfills = [
            BackfillProgress(object: "Account", rows: 1200, total: 5000),
            BackfillProgress(object: "Lead", rows: 0, total: nil),
        ]
        let driver = Driver(instances: [overview])
        #expect(driver.text.contains("first run Account"))
        #expect(driver.text.contains("24 %  1 200 of 5 000 records  then 1 more object"))
    }

    @Test func `the object list says how many more there are above and below`() {
        var driver = Driver()
        #expect(driver.text.contains("↓ 5 more"))
        driver.keys("c tab tab tab tab end")
        #expect(driver.text.contains("↑ 5 more"))
        #expect(!driver.text.contains("↓ 5 more"))
    }

    @Test func `a next attempt after midnight shows its minutes, and one in some days its date`() {
        func cell(_ seconds: Int64) -> String {
            var delivery = Sample.delivery(1, .retrying)
            delivery.nextAttempt = Sample.now.advanced(bySeconds: seconds)
            let sample = Sample.event(1, state: .retrying)
            let event = EventSummary(
                sequence: 1,
                eventID: "evt1",
                instanceID: 1,
                object: "Account",
                recordID: sample.recordID,
                recordName: "Acme",
                change: .created,
                isUndelete: false,
                source: .polling,
                date: sample.date,
                receivedAt: sample.receivedAt,
                changedFieldNames: [],
                delivery: delivery
            )
            return Driver(log: [event]).text
        }
        #expect(cell(7 * 3600).contains("↻ 2/10 at 01:07"))
        #expect(cell(40 * 3600).contains("↻ 2/10 11-25 10:07"))
    }

    @Test func `while the demo is set up nothing is called unconnected`() {
        let settings = DashboardSettings(size: Size(width: 140, height: 40), arrangement: "Starting the demo…")
        var dashboard = Dashboard(settings, now: Sample.now)
        _ = dashboard.update(.start, at: Sample.now)
        _ = dashboard.update(.instances(.success([])), at: Sample.now)
        #expect(dashboard.frame().canvas.text.contains("Starting the demo…"))
        #expect(dashboard.frame().canvas.text.contains("STARTING"))
        #expect(!dashboard.frame().canvas.text.contains("NOT CONNECTED"))
        _ = dashboard.update(.report(.failure, "The demo could not be set up."), at: Sample.now)
        _ = dashboard.update(.instances(.success([])), at: Sample.now.advanced(bySeconds: 1))
        #expect(dashboard.frame().canvas.text.contains("NOT CONNECTED"))
    }
}
