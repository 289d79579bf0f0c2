import Domain
import Drawing
import Primitives
import Testing

@testable import Interface

struct AppearanceTests {
    @Test func `themes are previewed while moving, and Esc goes back`() {
        var driver = Driver(140, 40)
        driver.keys("T")
        driver.forget()
        driver.keys("down down esc")
        #expect(driver.commands == [.setTheme("daylight"), .setTheme("mono"), .setTheme("default")])
        driver.keys("T down enter")
        #expect(driver.dashboard.settings.theme == "daylight")
    }
}
