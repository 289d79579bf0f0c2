import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// A search that takes more than one page to look at a long history.
@Suite(.cases)
struct EventSearchTests {
    private let log = (1...1000).map { Sample.event(Int64($0)) }

    private func visible(_ window: EventWindow) -> [Int64] { window.visibleRange.map { window.rows[$0].sequence } }

    /// Answers one page that looks at so many events at most.
    private func search(_ window: inout EventWindow, _ log: [EventSummary], lookingAt most: Int, at now: Timestamp)
        -> Bool
    {
        guard case .loadPage(let token, let request)? = window.nextLoad(at: now) else { return false }
        let ahead =
            request.direction == .newestFirst
            ? log.reversed().filter { $0.sequence < request.after ?? .max }
            : log.filter { $0.sequence > request.after ?? .min }
        let found = ahead.prefix(most).filter { $0.sequence % 100 == 0 }
        let reach = ahead.count <= most ? nil : ahead[most - 1].sequence
        let page = EventPage(
            Array(found.prefix(request.limit)),
            reach: reach.map { .init(sequence: $0, moment: nil, newest: log.last?.sequence ?? 0) }
        )
        _ = window.accept(token: token, .success(page), at: now)
        return true
    }

    @Test func `a search that takes long shows what it found and goes on, until the screen is full or nothing is left`()
    {
        var window = EventWindow()
        window.height = 4
        var now = Sample.now
        var shown: [[Int64]] = []
        while search(&window, log, lookingAt: 150, at: now), shown.count < 20 {
            shown.append(visible(window))
            now = now.advanced(byMilliseconds: 50)
        }
        let wanted: [[Int64]] = [
            [900, 1000], [800, 900, 1000], [700, 800, 900, 1000], [700, 800, 900, 1000],
        ]
        #expect(Array(shown.prefix(4)) == wanted)
        #expect(shown.count == 5 && !window.reachesOldest, "half a screen lies ready, and no more: \(shown)")
        // Going up goes on.
        window.move(by: -6)
        while search(&window, log, lookingAt: 150, at: now), shown.count < 40 { shown.append(visible(window)) }
        #expect(window.rows.map(\.sequence) == stride(from: 100, through: 1000, by: 100).map { $0 })
        #expect(window.reachesOldest && !window.isSearchUnfinished)
    }

    @Test func `what is stored meanwhile neither loses what was found nor is searched all the time`() {
        var window = EventWindow()
        window.height = 20
        var log = self.log
        var now = Sample.now
        var tails = 0
        for round in 0..<40 {
            log.append(Sample.event(Int64(log.count + 1)))
            window.recordStored(1)
            guard case .loadPage(let token, let request)? = window.nextLoad(at: now) else {
                now = now.advanced(byMilliseconds: 100)
                continue
            }
            if request.after == nil { tails += 1 }
            // It takes its time.
            now = now.advanced(byMilliseconds: EventWindow.patience)
            let ahead = log.reversed().filter { $0.sequence < request.after ?? .max }
            let found = ahead.prefix(150).filter { $0.sequence % 100 == 0 }
            let end = ahead.count <= 150 ? nil : ahead[149].sequence
            let page = EventPage(
                found,
                reach: end.map { .init(sequence: $0, moment: nil, newest: log.last?.sequence ?? 0) }
            )
            _ = window.accept(token: token, .success(page), at: now)
            #expect(window.rows.map(\.sequence) == window.rows.map(\.sequence).sorted(), "round \(round)")
        }
        #expect(window.rows.map(\.sequence) == stride(from: 100, through: 1000, by: 100).map { $0 })
        #expect(window.reachesOldest && tails < 20, "\(tails)")
    }

    @Test func `a list that all rows leave is searched further back, although its newest were once searched in parts`()
    {
        var window = EventWindow()
        window.height = 4
        var now = Sample.now
        func answer(_ found: [Int64], reach: Int64? = nil) -> PageRequest? {
            now = now.advanced(bySeconds: 1)
            guard case .loadPage(let token, let request)? = window.nextLoad(at: now) else { return nil }
            let page = EventPage(
                found.map { Sample.event($0) },
                reach: reach.map { .init(sequence: $0, moment: nil, newest: 1000) }
            )
            _ = window.accept(token: token, .success(page), at: now)
            return request
        }
        #expect(answer([1000], reach: 990)?.limit == 64)
        #expect(answer((926...989).reversed())?.after == 990, "a whole page, so that nothing is to be gone on with")
        window.pause()
        window.recordDeliveries([])
        #expect(answer([])?.direction == .oldestFirst, "all have left")
        #expect(answer([], reach: 900)?.after == nil)
        #expect(answer([800])?.after == 900, "none among the newest says nothing of those before them")
        #expect(window.rows.map(\.sequence) == [800] && window.selected == 800 && window.reachesOldest)
    }
}
