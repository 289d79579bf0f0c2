import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Who types what they look for in words of their own is told how it is written.
@Suite(.cases)
struct FilterWordsTests {
    @Test(arguments: [
        ("failed", "state:dead"), ("acme FAILED", "state:dead"), ("errors", "state:retrying"), ("dead", "state:dead"),
        ("pending", "state:queued,retrying,held"), ("delivered", "state:delivered"), ("replayed", "replay:succeeded"),
        ("yesterday", "since:"), ("created", "change:created"), ("modified", "change:updated"),
        ("deleted", "change:deleted"),
    ])
    func `a word for a state, a time or a change leads to the term`(words: String, term: String) throws {
        let way = try #require(FilterWords.meant(by: words))
        #expect(way.contains(term), "\(way)")
        // Each term that is named is one of the language.
        for match in way.matches(of: /(state|replay|change|since|field):[\w:,-]+/) {
            _ = try EventFilter(parsing: String(match.output.0), now: Sample.now)
        }
    }

    @Test func `other words are left alone`() {
        for words in ["acme", "", "name:Ada", "Unfailing", "faild", "state:dead object:Lead", "\"was deleted\""] {
            #expect(FilterWords.meant(by: words) == nil)
        }
    }

    @Test(arguments: [(140, 40), (80, 24)]) func `it stands in the empty list`(width: Int, height: Int) {
        var driver = Driver(width, height, log: (1...30).map { Sample.event($0) })
        driver.keys("/")
        driver.type("failed")
        driver.wait(milliseconds: 600)
        driver.answer()
        #expect(driver.text.contains("No event matches") && driver.text.contains("state:dead"), "\(driver.text)")
    }
}
