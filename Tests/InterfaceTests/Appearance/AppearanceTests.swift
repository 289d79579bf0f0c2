import Domain
import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
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

    private func kept(_ driver: Driver) -> [String?] {
        driver.commands.compactMap { if case .remember(let memory) = $0 { .some(memory.theme) } else { nil } }
    }

    @Test func `a theme that was chosen is kept, one that was only looked at is not`() {
        var driver = Driver(140, 40)
        driver.keys("T down esc")
        #expect(kept(driver).allSatisfy { $0 == nil })
        driver.forget()
        driver.keys("T down down enter")
        #expect(kept(driver) == ["mono"] && driver.dashboard.settings.theme == "mono")
        #expect(!driver.text.contains("goes before"))
        driver.forget()
        driver.keys("T")
        #expect(driver.text.contains("now"))
        driver.click(70, 18)
        #expect(kept(driver).count <= 1)
    }

    @Test func `where an option gives the theme, keeping one says that it goes before`() {
        var driver = Driver(140, 40)
        driver.giveTheme("default")
        driver.keys("T down enter")
        #expect(kept(driver).last == "daylight" && driver.text.contains("goes before it"))
    }

    @Test(
        arguments: [
            (#"{"theme":"mono"}"#, "mono"), (#"{"theme":""}"#, nil), (#"{"theme":7}"#, nil), ("[]", nil), ("null", nil),
            (#"{"theme":"\#(String(repeating: "x", count: 201))"}"#, nil),
        ] as [(String, String?)]
    )
    func `of a kept theme, what can be one is taken`(text: String, name: String?) throws {
        #expect(AppearanceMemory(try JSON(parsing: text)).theme == name)
    }
}
