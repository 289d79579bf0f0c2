import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct TypingTests {
    private func keys(_ text: String) -> [InputEvent] {
        text.unicodeScalars.map { .key(.character(Character($0))) }
    }

    private func formDriver() -> Driver {
        var driver = Driver(140, 40)
        driver.keys("c down down ctrl+u")
        return driver
    }

    @Test func `letters that arrive together make one text and one step of undo`() {
        var driver = formDriver()
        driver.send(.inputs(keys("https://a.example/") + [.key(.enter)]))
        #expect(driver.form[text: .setting(.callbackURL)].text == "https://a.example/")
        #expect(driver.form.focus != .setting(.callbackURL))
    }

    @Test func `input that arrives together means what it means one by one`() {
        let events = keys("kk") + [.key(.enter), .key(.right)] + keys("2k")
        var one = Driver(140, 40, log: (1...50).map { Sample.event($0) })
        var other = one
        for event in events { one.send(.input(event)) }
        other.send(.inputs(events))
        #expect(one.events.selected == other.events.selected)
        #expect(one.text == other.text)
    }

    @Test func `nothing that came behind a quit is done`() {
        var driver = Driver(140, 40, log: [Sample.event(1)])
        driver.forget()
        driver.send(.inputs(keys("qr")))
        #expect(driver.commands == [.quit])
    }

    @Test func `a long raw paste is quick, and a field says that it was cut`() {
        var driver = formDriver()
        let time = ContinuousClock().measure { driver.send(.inputs(keys(String(repeating: "x", count: 60_000)))) }
        #expect(time < .seconds(10))
        #expect(driver.form[text: .setting(.callbackURL)].characters.count == TextField.limit)
        #expect(driver.text.contains("Not all of it was pasted"))
    }

    @Test func `emoji families and long marks are quick as well`() {
        var driver = formDriver()
        let time = ContinuousClock().measure {
            driver.paste(String(repeating: "👨‍👩‍👧‍👦", count: 10_000))
            for _ in 0..<20 { _ = driver.text }
        }
        #expect(time < .seconds(20))
        #expect(driver.text.contains("Not all of it was pasted"))
    }

    @Test func `characters that don't show are seen in a field, and refused in an address`() {
        var driver = formDriver()
        driver.paste("https://a\u{202E}.example/")
        #expect(driver.text.contains("https://a\u{FFFD}.example/"))
        driver.keys("tab")
        #expect(driver.text.contains("that doesn't show"))
        #expect(HTTPAddress.fault(in: "https://a\u{200B}.example/") != nil)
        #expect(HTTPAddress.fault(in: "https://münchen.example/ä") == nil)
        var field = TextField("👩‍🚀a\u{200D}")
        #expect(field.window(width: 20, mark: "…").text.string == "👩a\u{FFFD}")
        field.move(to: 0)
        #expect(field.position(ofColumn: 2, width: 20) == 1)
    }

    @Test func `the window of a long text is the same as that of all of it`() {
        let text = String(repeating: "0123456789", count: 30)
        var field = TextField(text)
        for position in [0, 5, 6, 7, 8, 100, 292, 293, 294, 299, 300] {
            field.move(to: position)
            let window = field.window(width: 8, mark: "…")
            let cells = Array(text) + [" "]
            #expect(window.cursor < 8)
            guard position < 300, window.cursor > 0 || position == 0 else { continue }
            let shown = Array(window.text.string)
            if window.cursor < shown.count, shown[window.cursor] != "…" {
                #expect(shown[window.cursor] == cells[position], "\(position)")
            }
        }
    }

    @Test func `a hostile answer of the callback costs the screen little`() throws {
        var driver = Driver(140, 40, log: [Sample.event(1, state: .dead)])
        driver.keys("enter right")
        driver.answer()
        let body = Array(("ä" + String(repeating: "x", count: 16_000)).utf8)
        let attempts = (1...200).map { number in
            Attempt(
                id: Int64(number),
                notificationID: 1,
                number: number,
                isReplay: false,
                startedAt: Sample.now,
                milliseconds: 1,
                url: "https://app.example/events",
                outcome: .response(status: 500),
                responseHeaders: (0..<64).map { .init(name: "x-\($0)", value: String(repeating: "ä", count: 8000)) },
                responseBody: body
            )
        }
        let known = Sample.detail(Sample.event(1, state: .dead))
        let detail = EventDetail(event: known.event, delivery: known.delivery, attempts: attempts, body: known.body)
        driver.send(.notice(.deliveries([])))
        let time = ContinuousClock().measure {
            driver.send(.detail(sequence: 1, .success(detail)))
            for _ in 0..<50 {
                driver.keys("down")
                _ = driver.text
            }
        }
        #expect(time < .seconds(20))
    }
}
