import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct MessageLogTests {
    private var log = MessageLog()
    private let start = Sample.now

    private func shown(_ log: MessageLog) -> [String] { log.shown.map(\.text) }

    @Test(arguments: [(Severity.info, 4), (.success, 4), (.warning, 8)] as [(Severity, Int64)])
    func `a message goes by itself at its time and stays in the log`(severity: Severity, seconds: Int64) {
        var log = log
        log.post(severity, "Said.", at: start, due: start)
        let end = start.advanced(bySeconds: seconds)
        #expect(log.nextDeadline == end && !log.isNewestLasting)
        log.expire(at: end.advanced(byMilliseconds: -1))
        #expect(shown(log) == ["Said."])
        log.expire(at: end)
        #expect(log.shown.isEmpty && log.nextDeadline == nil)
        #expect(log.entries.map(\.text) == ["Said."])
    }

    @Test func `a failure stays until it is dismissed, but on a small screen`() {
        var log = log
        log.post(.failure, "Failed.", at: start, due: start)
        log.expire(at: start.advanced(bySeconds: 86_400))
        #expect(shown(log) == ["Failed."] && log.isNewestLasting && log.nextDeadline == nil)
        log.dismissNewest()
        #expect(log.shown.isEmpty)
        log.post(.failure, "Failed again.", at: start, due: start, isSmall: true)
        #expect(log.nextDeadline == start.advanced(bySeconds: 12))
    }

    @Test func `the same said again counts up in its place and its time begins anew`() {
        var log = log
        log.post(.warning, "Slow.", at: start, due: start)
        log.post(.warning, "Slow.", at: start.advanced(bySeconds: 5), due: start.advanced(bySeconds: 5))
        #expect(log.entries.count == 1 && log.shown.count == 1)
        #expect(log.shown.first?.count == 2)
        #expect(log.nextDeadline == start.advanced(bySeconds: 13))
        log.post(.failure, "Slow.", at: start, due: start)
        #expect(log.entries.count == 2, "another severity says something else")
    }

    @Test func `the next word about a matter takes the place of the former one on the screen`() {
        var log = log
        log.post(.failure, "Nothing was applied.", at: start, due: start, on: .applying(1))
        log.post(.failure, "Another one failed.", at: start, due: start, on: .applying(2))
        log.post(.failure, "Nothing was applied either.", at: start, due: start, on: .applying(1))
        #expect(shown(log) == ["Another one failed.", "Nothing was applied either."])
        log.settle(.applying(1))
        #expect(shown(log) == ["Another one failed."])
        #expect(log.entries.count == 3)
    }

    @Test func `what goes by itself makes room before a failure does`() {
        var log = log
        log.post(.failure, "one", at: start, due: start)
        log.post(.info, "two", at: start, due: start)
        log.post(.failure, "three", at: start, due: start)
        log.post(.failure, "four", at: start, due: start)
        #expect(shown(log) == ["one", "three", "four"])
        log.post(.failure, "five", at: start, due: start)
        #expect(shown(log) == ["three", "four", "five"])
        #expect(log.entries.count == 5)
    }

    @Test func `what is recorded alone is never shown, and once in a row`() {
        var log = log
        log.record(.warning, "Down.", at: start)
        log.record(.warning, "Down.", at: start)
        #expect(log.shown.isEmpty && log.entries.count == 1)
    }

    @Test func `the log is bounded`() {
        var log = log
        for number in 0..<(MessageLog.limit + 50) { log.post(.info, "\(number)", at: start, due: start) }
        #expect(log.entries.count == MessageLog.limit)
        #expect(log.entries.first?.text == "50")
        #expect(Set(log.entries.map(\.id)).count == MessageLog.limit)
    }

    @Test func `one is dismissed by its id, or all at once`() {
        var log = log
        for text in ["a", "b", "c"] { log.post(.failure, text, at: start, due: start) }
        log.dismiss(log.shown[1].id)
        #expect(shown(log) == ["a", "c"])
        log.dismissAll()
        #expect(log.shown.isEmpty && log.entries.count == 3)
    }
}
