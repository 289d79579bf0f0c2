import Domain
import Drawing
import TestSupport
import Testing

@testable import Interface

/// What the form says of the field that has the focus, and of its numbers.
@Suite(.cases)
struct FormHelpTests {
    @Test(arguments: [60, 140])
    func `the help of each field is shown to its end`(width: Int) throws {
        var driver = Driver(width, 40)
        driver.keys("c")
        var seen: Set<FieldID> = []
        while seen.insert(driver.form.focus).inserted {
            // The form is on the left.
            let room = width == 60 ? 60 : PaneSizes.standardSide
            let lines = driver.text.split(separator: "\n").map { $0.prefix(room) }
            let shown = lines.joined(separator: " ").split { " ┃│".contains($0) }.joined(separator: " ")
            #expect(shown.contains(driver.form.focus.help), "\(driver.text)")
            driver.keys("tab")
            guard driver.dashboard.focus == .form else { break }
        }
        #expect(seen.contains(.setting(.objects)) && seen.count >= 5)
    }

    @Test(
        arguments: [
            (ConfigurationKey.apiBudget, "%"), (.missingPercent, "%"), (.signatureRotation, "min"),
            (.reconcileMinutes, "min"), (.callbackRate, "/s"), (.callbackConcurrency, nil), (.callbackURL, nil),
        ] as [(ConfigurationKey, String?)]
    )
    func `a number whose label does not say it has its unit`(key: ConfigurationKey, unit: String?) {
        #expect(FieldID.setting(key).unit == unit)
    }

    @Test func `the unit stands behind the field`() {
        var driver = Driver(140, 70, instances: [Sample.overview { $0.apiBudget = 50 }])
        driver.keys("c")
        for _ in 0..<40 where driver.form.focus != .optional { driver.keys("tab") }
        driver.keys("right")
        let line = driver.text.split(separator: "\n").first { $0.contains("API budget") }
        let own = line.map { String($0.prefix(PaneSizes.standardSide)) } ?? ""
        #expect(own.contains("50") && own.contains("%"), "\(driver.text)")
    }
}
