import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The fields that most people never touch.
@Suite(.cases)
struct OptionalFieldsTests {
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
        guard case .update(_, _, let draft)? = driver.commands.first else { return nil }
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
        #expect(driver.text.contains("backlog Account"))
        #expect(driver.text.contains("24 %  1 200 of about 5 000 records  1 more object"))
    }
}
