import Domain
import Drawing
import TestSupport
import Testing

@testable import Interface

/// What is refused is read to its end, or ends with a mark: on the smallest screen, too.
@Suite(.cases)
struct SmallScreenTests {
    private static func driver(_ keys: String, typing text: String = "", then more: String = "") -> Driver {
        var driver = Driver(40, 8, log: (1...9).map { Sample.event($0) })
        driver.keys(keys)
        driver.type(text)
        driver.keys(more)
        driver.pass(milliseconds: 400)
        return driver
    }

    /// Letters and digits as they follow each other, whatever lines they stand in.
    private static func letters(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }

    @Test(
        arguments: [
            ("B ctrl+u", "replay:x", "", "replay is one of succeeded, failed; “x” is not."),
            ("@", "hhh", "enter", "No time: write -2h, 14:05 or 2026-11-27 09:30."),
            ("!", "", "", "Nothing fails: all has arrived or is on its way."),
            ("/ ctrl+o", "", "", "None yet; ^S in the line of the filter saves one."),
            ("/", "took:long", "", "took is a duration like >2s or <=250ms; “long” is not."),
        ]
    )
    func `a sentence takes as many lines as it needs`(keys: String, typed: String, then: String, sentence: String) {
        let screen = Self.driver(keys, typing: typed, then: then).text
        #expect(Self.letters(screen).contains(Self.letters(sentence)), "\(screen)")
    }

    @Test func `a sentence that needs more than there is ends with a mark`() {
        let screen = Self.driver("/", typing: "since:whenever").text
        #expect(screen.contains("since is a duration like 10m, a"), "\(screen)")
        let last = screen.split(separator: "\n").first { $0.contains("day like yesterday") }
        #expect(last?.contains("…") == true, "\(screen)")
    }
}
