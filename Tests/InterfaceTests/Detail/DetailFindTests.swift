import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct DetailFindTests {
    private func opened(tab: DetailTab, typing text: String, replays: Int = 0) -> Driver {
        var driver = Driver(140, 40, log: (1...22).map { Sample.event($0) })
        driver.replays[22] = replays
        driver.keys("k j enter")
        driver.answer()
        while driver.detail?.tab != tab { driver.keys("right") }
        driver.keys("ctrl+f")
        driver.type(text)
        return driver
    }

    private func path(_ driver: Driver) -> String? { driver.context.openField?.path }

    @Test func `the cursor goes to the nearest place while one types, and back to where it was with Esc`() {
        var driver = opened(tab: .envelope, typing: "")
        driver.type("EMAIL")
        #expect(path(driver) == "message.raw.Account[0].Email", "\(driver.text)")
        #expect(driver.text.contains("1 of 2 found"), "its name and the changed field\n\(driver.text)")
        driver.keys("esc")
        #expect(driver.detail?.reader.cursor == 0 && driver.context.openField == nil)
        #expect(driver.detail != nil, "Esc ends the search before it closes the detail")
    }

    @Test func `n and N go round, and say so`() {
        var driver = opened(tab: .envelope, typing: "email")
        driver.keys("enter n")
        #expect(path(driver) == "message.events[0].changedFields[0]")
        driver.keys("n")
        #expect(path(driver) == "message.raw.Account[0].Email" && driver.text.contains("from the first again"))
        driver.keys("N")
        #expect(path(driver) == "message.events[0].changedFields[0]" && driver.text.contains("from the last again"))
        driver.keys("esc j")
        #expect(!driver.text.contains("found"))
    }

    @Test func `what hides a place is unfolded`() {
        var driver = opened(tab: .envelope, typing: "")
        driver.keys("esc - ctrl+f")
        driver.type("wien")
        #expect(path(driver) == "message.raw.Account[0].BillingAddress.city", "\(driver.text)")
        driver = opened(tab: .record, typing: "SystemMod")
        #expect(path(driver) == "SystemModstamp")
        driver = opened(tab: .changes, typing: "2026-11-20")
        #expect(path(driver) == "LastModifiedDate")
        driver = opened(tab: .attempts, typing: "\"ok\"", replays: 2)
        #expect(driver.text.contains("▾ #1") && driver.text.contains("1 of 1 found"), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.text.contains("▹ #1"), "and folded again")
    }

    @Test func `in bytes, also what goes on in the next row`() {
        var driver = opened(tab: .raw, typing: "")
        let body = String(decoding: driver.detail?.detail?.body ?? [], as: UTF8.self)
        let rows = driver.detail?.rows?.content.source
        let first = rows?.lines(of: 0, width: 200).first?.text.string ?? ""
        let across = String(body.dropFirst(first.count - 4).prefix(8))
        driver.paste(across)
        #expect(driver.text.contains("1 of 1 found") && driver.detail?.reader.cursor == 0, "\(across)\n\(driver.text)")
    }

    @Test(arguments: [DetailTab.record, .envelope])
    func `in a text longer than the pane, each line in which it stands is reached`(tab: DetailTab) {
        let words = (1...9000).map { $0 % 3500 == 0 ? "needle\($0)" : "hay" }
        var driver = Driver(140, 40, log: [Sample.event(1), Sample.event(2)])
        driver.details[2] = Sample.detail(driver.log[1], email: words.joined(separator: " "))
        driver.keys("enter")
        driver.answer()
        while driver.detail?.tab != tab { driver.keys("right") }
        driver.keys("ctrl+f")
        driver.type("needle")
        #expect(driver.text.contains("1 of 2 found") && driver.text.contains("needle3500"), "\(driver.text)")
        driver.keys("enter n")
        #expect(driver.text.contains("2 of 2 found") && driver.text.contains("needle7000"), "\(driver.text)")
        #expect(driver.dashboard.frame().canvas.roles.contains("mmmmmm"))
        driver.keys("n")
        #expect(driver.text.contains("needle3500") && driver.text.contains("from the first again"), "\(driver.text)")
        driver.keys("N")
        #expect(driver.text.contains("needle7000"), "\(driver.text)")
        // One that a line's end breaks is found as well.
        driver.keys("esc ctrl+f")
        driver.type("hay needle7000 hay")
        #expect(driver.text.contains("1 of 1 found") && driver.text.contains("needle7000"), "\(driver.text)")
    }

    @Test func `what stands nowhere says so`() {
        var driver = opened(tab: .envelope, typing: "no such thing")
        #expect(driver.text.contains("none found"))
        driver.keys("enter n")
        #expect(driver.text.contains("It stands nowhere in this tab."))
    }

    @Test func `places are marked where they are drawn`() {
        let driver = opened(tab: .changes, typing: "new em")
        #expect(driver.dashboard.frame().canvas.roles.contains("mmmmmm"))
    }

    @Test(arguments: [
        ("burk", "Bürk & Söhne", true), ("BÜRK", "bu\u{308}rk", true), ("é", "cafe", true), ("x", "", false),
        ("aab", "aaab", true), ("東", "東京", true), ("東", "abc", false), ("ab", "a", false),
    ])
    func `whether it stands in a text is what its columns say`(text: String, line: String, stands: Bool) throws {
        let query = try #require(FindQuery(text))
        #expect(FindNeedle(query).stands(in: line) == stands)
        #expect(query.columns(in: DisplayText(line)).isEmpty == !stands)
    }
}
