import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct StoryTests {
    /// Events of the record 2 among those of others.
    private func log(_ sequences: ClosedRange<Int64>, every step: Int64 = 2) -> [EventSummary] {
        sequences.map { $0 % step == 0 ? Sample.event($0, of: 2) : Sample.event($0) }
    }

    private func opened(_ log: [EventSummary], width: Int = 140, height: Int = 40, keys: String = "k k") -> Driver {
        var driver = Driver(width, height, log: log)
        driver.keys(keys)
        driver.answer()
        driver.keys("s")
        driver.answer()
        return driver
    }

    private func times(_ driver: Driver) -> [String] {
        driver.text.split(separator: "\n").compactMap { line in
            line.firstRange(of: "2026-11-23").map { String(line.suffix(from: $0.lowerBound).prefix(19)) }
        }
    }

    @Test func `all events of the record stand there, oldest first, with what they changed and what became of them`() {
        let driver = opened(log(1...20))
        #expect(driver.text.contains("Story of"))
        let shown = times(driver)
        #expect(shown.count == 10 && shown == shown.sorted())
        #expect(driver.text.contains("old Email") && driver.text.contains("→ new Email"))
        #expect(driver.text.contains("✓ 200"))
        #expect(!driver.text.contains("old LastModifiedDate"))
        // The cursor is on the event that it was opened at.
        let cursor = driver.text.split(separator: "\n").first { $0.contains("▸2026") }
        #expect(cursor?.contains(Self.clock(18)) == true, "\(driver.text)")
    }

    private static func clock(_ sequence: Int64) -> String { Sample.event(sequence).receivedAt.timePart }

    @Test func `it asks for the events of this record alone, and for a page at a time`() {
        var driver = opened(log(1...400))
        let requests = driver.commands.compactMap { command -> PageRequest? in
            if case .loadPage(let token, let request) = command, token < 0 { request } else { nil }
        }
        #expect(!requests.isEmpty && requests.allSatisfy { $0.filter.recordID == Sample.event(1, of: 2).recordID })
        #expect(requests.allSatisfy { $0.filter.instanceIDs == [1] && $0.limit <= 400 })
        driver.forget()
        for _ in 0..<300 {
            driver.keys("k")
            driver.answer()
        }
        #expect(times(driver).first == "2026-11-23 " + Self.clock(2))
        for _ in 0..<300 {
            driver.keys("j")
            driver.answer()
        }
        #expect(times(driver).last == "2026-11-23 " + Self.clock(400), "and back to the newest")
    }

    @Test func `the same id in another org is another record, and one in the same org is the same`() {
        var instances = [
            Sample.overview(), Sample.overview(id: 2, name: "too"), Sample.overview(id: 3, name: "sandbox"),
        ]
        for (index, org) in ["acme", "ACME", "acme--uat.sandbox"].enumerated() {
            instances[index].organizationURL = "https://\(org).my.salesforce.com"
        }
        let log = (1...8).map { Sample.event($0, of: 2, in: [1, 2, 3, 9][Int($0) % 4]) }
        var driver = Driver(140, 40, instances: instances, log: log)
        driver.keys("s")
        driver.answer()
        // Of the sandbox there is nothing, nor of an instance that is gone.
        #expect(times(driver).count == 4, "\(driver.text)")
        #expect(driver.text.contains("in too") && !driver.text.contains("in sandbox"), "\(driver.text)")
        // Where the organization is unknown, the instance's own are surely of this record.
        driver.keys("esc")
        driver.instances[0].organizationURL = nil
        driver.send(.notice(.instance(1)))
        driver.pass(milliseconds: 500)
        driver.keys("s")
        driver.answer()
        #expect(times(driver).count == 2 && !driver.text.contains("in too"), "\(driver.text)")
    }

    @Test func `each window that reads pages has numbers of its own, which are those of its kind`() {
        for reader in PageReader.allCases {
            var tokens = WindowTokens(from: reader.firstToken)
            let numbers = (1...50).map { _ in tokens.next() }
            #expect(Set(numbers).count == 50 && numbers == numbers.sorted())
            #expect(numbers.allSatisfy { PageReader(token: $0) == reader && PageReader(token: $0 + 1) == reader })
        }
    }

    @Test func `what comes shows at once to whoever stands on the newest, and moves nothing for others`() {
        for keys in ["G", "g"] {
            var driver = opened(log(1...60))
            #expect(driver.pass(milliseconds: 60_000) < 10, "an open story sleeps")
            driver.keys(keys)
            driver.answer()
            let before = driver.text
            driver.store([Sample.event(62, of: 2)])
            driver.pass(milliseconds: 1000)
            #expect(driver.text.contains(Self.clock(62)) == (keys == "G"))
            if keys == "g" {
                #expect(times(driver).first == times(driver).sorted().first && before.contains(times(driver)[0]))
            }
        }
    }

    @Test func `a delivery that ends shows in its row`() {
        var log = log(1...20)
        log[19] = Sample.event(20, state: .retrying, of: 2)
        var driver = opened(log, keys: "k j")
        #expect(driver.text.contains("↻ 2/10"))
        driver.log[19] = Sample.event(20, state: .delivered, of: 2)
        driver.send(.notice(.deliveries([20])))
        driver.pass(milliseconds: 1000)
        #expect(!driver.text.contains("↻ 2/10"))
    }

    @Test func `Enter opens that event, and the list goes there`() {
        var driver = opened(log(1...300))
        driver.keys("k k k")
        driver.answer()
        driver.keys("enter")
        driver.pass(milliseconds: 500)
        #expect(driver.detail?.sequence == 292 && driver.events.selected == 292)
        #expect(driver.dashboard.focus == .detail && driver.dashboard.layers.isEmpty)
    }

    @Test func `what is opened from a filtered list stays open though the list lacks it`() {
        var driver = Driver(140, 40, log: log(1...40) + [Sample.event(42, state: .dead, of: 2)])
        driver.keys("/")
        driver.type("state:dead")
        driver.answer()
        driver.keys("enter s")
        driver.answer()
        driver.keys("k k")
        driver.answer()
        driver.keys("enter")
        driver.pass(milliseconds: 500)
        driver.store([Sample.event(43, state: .dead)])
        driver.pass(milliseconds: 1000)
        #expect(driver.detail?.sequence == 38)
    }

    @Test func `what can't be read says why, and is tried again`() {
        var driver = Driver(140, 40, log: log(1...20))
        driver.keys("s")
        guard
            case .loadPage(let token, _)? = driver.pending.last(where: {
                if case .loadPage(let token, _) = $0 { token < 0 } else { false }
            })
        else {
            Issue.record("no page was asked for: \(driver.pending)")
            return
        }
        driver.send(.page(token: token, .failure(.failed("The store is busy."))))
        #expect(driver.text.contains("The store is busy."))
        driver.pass(milliseconds: 5000)
        #expect(times(driver).count == 10)
    }
}
