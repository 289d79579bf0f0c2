import Domain
import Drawing
import EngineAPI
import TestSupport
import Testing

@testable import Interface

/// What acting on events looks like; `RECORD_SCREENS=1 swift test` accepts what is drawn now.
@Suite(.cases)
struct GoldenActingTests {
    private static let sizes = [(140, 40), (100, 30), (80, 24), (60, 16), (40, 8)]

    private func driver(_ width: Int, _ height: Int, _ keys: String) -> Driver {
        var overview = Sample.overview()
        overview.organizationURL = "https://acme.my.salesforce.com"
        let log = (1...30).map { Sample.event($0, state: $0 % 4 == 0 ? .dead : nil) }
        var driver = Driver(width, height, instances: [overview], log: log)
        driver.allowEditing()
        driver.keys(keys)
        driver.answer()
        return driver
    }

    @Test(arguments: sizes)
    func `marked events, what of them can be copied, and the question before their replay`(width: Int, height: Int) {
        var driver = driver(width, height, "k k k space k k k space space k")
        driver.screen.expectGolden("marked-\(width)x\(height)")
        driver.keys("y")
        driver.screen.expectGolden("copy-\(width)x\(height)")
        driver.keys("esc r")
        driver.screen.expectGolden("replay-marked-\(width)x\(height)")
    }

    @Test(arguments: sizes)
    func `an edited notification and another URL`(width: Int, height: Int) {
        var driver = driver(width, height, "k k v")
        let text = EditedBody.text(of: Sample.detail(Sample.event(28)).body)
        driver.send(.edited(sequence: 28, .success(text.replacing("1.50", with: "2.75"))))
        driver.screen.expectGolden("edited-\(width)x\(height)")
        driver.keys("esc U")
        driver.type("ftp://app.example")
        driver.keys("enter")
        driver.screen.expectGolden("replay-to-url-\(width)x\(height)")
    }
}
