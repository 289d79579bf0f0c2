import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The rows around what is in view, without a screen: what is asked for, and what never moves.
@Suite(.cases)
struct EventWindowTests {
    private static let log = (1...1000).map { Sample.event(Int64($0)) }

    /// Answers what the window asks for until it wants nothing more.
    private func answer(_ window: inout EventWindow, _ log: [EventSummary], at now: Timestamp = Sample.now) {
        for _ in 0..<50 {
            guard case .loadPage(let token, let request)? = window.nextLoad(at: now) else { return }
            let after = request.after
            let page =
                switch request.direction {
                case .newestFirst: log.reversed().filter { $0.sequence < after ?? .max }
                case .oldestFirst: log.filter { $0.sequence > after ?? .min }
                }
            _ = window.accept(token: token, .success(EventPage(Array(page.prefix(request.limit)))), at: now)
        }
        Issue.record("the window asks for ever")
    }

    private func loaded(_ log: [EventSummary] = log, height: Int = 10) -> EventWindow {
        var window = EventWindow()
        window.height = height
        answer(&window, log)
        return window
    }

    private func visible(_ window: EventWindow) -> [Int64] { window.visibleRange.map { window.rows[$0].sequence } }

    @Test func `it begins at the newest and stays with them`() {
        var window = loaded()
        #expect(visible(window) == Array(991...1000) && window.selected == 1000)
        window.recordStored(1)
        answer(&window, Self.log + [Sample.event(1001)], at: Sample.now.advanced(byMilliseconds: 33))
        #expect(window.selected == 1001 && visible(window).last == 1001)
    }

    @Test func `one page at a time, and no more than one in each frame`() {
        var window = loaded()
        window.recordStored(1)
        let due = Sample.now.advanced(byMilliseconds: EventWindow.pause)
        #expect(window.nextDeadline == due)
        let command1 = window.nextLoad(at: Sample.now)
        #expect(command1 == nil)
        let command2 = window.nextLoad(at: due)
        #expect(command2 != nil)
        window.recordStored(1)
        let command3 = window.nextLoad(at: due.advanced(bySeconds: 60))
        #expect(command3 == nil, "the first is not answered")
    }

    @Test func `moving up pauses, and what is stored moves nothing`() {
        var window = loaded()
        window.move(by: -3)
        let before = visible(window)
        #expect(!window.isFollowing && window.selected == 997)
        window.recordStored(5)
        answer(&window, (1...1005).map { Sample.event(Int64($0)) }, at: Sample.now.advanced(bySeconds: 1))
        #expect(visible(window) == before && window.selected == 997)
        #expect(window.hasNew && window.newSincePause == 5)
        window.recordStored(2, upTo: 1007, areAllShown: false)
        #expect(window.newSincePause == nil, "whose they are is not known")
        window.follow()
        #expect(window.isFollowing && !window.hasNew && window.newSincePause == 0)
    }

    @Test func `new is what lies below all that was in view`() {
        var window = loaded()
        window.move(by: -3)
        window.see()
        window.recordStored(20, upTo: 1020)
        let log = Self.log + (1001...1020).map { Sample.event(Int64($0)) }
        answer(&window, log, at: Sample.now.advanced(bySeconds: 1))
        window.see()
        #expect(window.newSincePause == 20)
        window.move(by: 8)
        answer(&window, log, at: Sample.now.advanced(bySeconds: 2))
        window.see()
        #expect(window.selected == 1005 && window.hasNew && window.newSincePause == 15)
        window.move(by: -8)
        window.see()
        #expect(window.newSincePause == 15, "what was seen once is not new")
        window.move(by: 23)
        answer(&window, log, at: Sample.now.advanced(bySeconds: 3))
        window.see()
        #expect(window.selected == 1020 && !window.hasNew && window.newSincePause == 0)
        window.recordStored(1, upTo: 1021)
        #expect(window.hasNew && window.newSincePause == 1)
    }

    @Test func `what a filter finds is not new any more at the newest row`() {
        var window = loaded()
        window.pause()
        window.see()
        window.recordStored(1, upTo: 1001, areAllShown: false)
        let log = Self.log + [Sample.event(1001)]
        for second in Int64(1)...3 { answer(&window, log, at: Sample.now.advanced(bySeconds: second)) }
        window.see()
        #expect(window.hasNew)
        window.move(by: 1)
        window.see()
        #expect(window.selected == 1001 && !window.hasNew)
    }

    @Test func `new is only what the list would show`() {
        var window = loaded()
        window.pause()
        window.recordStored(0, upTo: 1000)
        #expect(!window.hasNew && window.newSincePause == 0, "a look again tells of nothing new")
        window.recordStored(5, upTo: 1005, areAllShown: false)
        #expect(!window.hasNew)
        for second in Int64(1)...2 { answer(&window, Self.log, at: Sample.now.advanced(bySeconds: second)) }
        #expect(!window.hasNew && window.nextDeadline == nil, "they were another instance's")
        window.recordStored(1, upTo: 1006, areAllShown: false)
        let log = Self.log + [Sample.event(1006)]
        for second in Int64(3)...5 { answer(&window, log, at: Sample.now.advanced(bySeconds: second)) }
        #expect(window.hasNew && window.newSincePause == nil && window.nextDeadline == nil)
    }

    @Test func `whether anything is new is looked for once a second at most`() {
        var window = loaded()
        window.select(1000)
        window.move(by: -30)
        var asked = 0
        for tenth in Int64(1)...100 {
            window.recordStored(1, upTo: 1000 + tenth, areAllShown: false)
            let now = Sample.now.advanced(byMilliseconds: tenth * 100)
            guard case .loadPage(let token, let request)? = window.nextLoad(at: now) else { continue }
            if request.limit == 1 { asked += 1 }
            let found = Self.log.filter { $0.sequence > request.after ?? .min }.prefix(request.limit)
            let older = Self.log.reversed().filter { $0.sequence < request.after ?? .max }.prefix(request.limit)
            let page = request.direction == .oldestFirst ? Array(found) : Array(older)
            _ = window.accept(token: token, .success(EventPage(page)), at: now)
        }
        #expect((5...10).contains(asked) && !window.hasNew, "\(asked)")
    }

    @Test func `the wheel takes the selection along only where it would leave the view`() {
        var window = loaded()
        window.scroll(by: -3)
        #expect(visible(window).first == 988 && window.selected == 997)
        window.scroll(by: -20)
        #expect(visible(window).first == 968 && window.selected == 977)
    }

    @Test func `however far one moves, only some pages are held`() {
        var window = loaded()
        for _ in 0..<200 {
            window.move(by: -9)
            answer(&window, Self.log)
        }
        #expect(window.selected == 1 && window.reachesOldest)
        #expect(window.rows.count <= 4 * 64)
        #expect(window.rows.map(\.sequence) == window.rows.map(\.sequence).sorted())
        for step in Int64(1)...200 {
            window.move(by: 9)
            answer(&window, Self.log, at: Sample.now.advanced(bySeconds: step))
        }
        #expect(window.selected == 1000)
    }

    @Test func `a failed page is asked for again later, and an answer of before a reset is nobody's`() {
        var window = EventWindow()
        guard case .loadPage(let token, _)? = window.nextLoad(at: Sample.now) else {
            Issue.record("nothing was asked")
            return
        }
        let accepted4 = window.accept(token: token, .failure(.failed("Locked.")), at: Sample.now)
        #expect(accepted4 == .tail)
        #expect(window.failure == "Locked.")
        #expect(window.nextDeadline == Sample.now.advanced(bySeconds: 2))
        _ = window.nextLoad(at: Sample.now.advanced(bySeconds: 2))
        var filter = EventFilter()
        filter.instanceIDs = [2]
        window.reset(filter)
        let accepted5 = window.accept(token: token + 1, .success(EventPage(Self.log)), at: Sample.now)
        #expect(accepted5 == nil)
        #expect(window.rows.isEmpty && window.failure == nil)
    }

    @Test func `a selected event that is gone gives way to its neighbour`() {
        var window = loaded()
        window.move(by: -3)
        window.recordDeliveries([])
        answer(&window, Self.log.filter { $0.sequence < 990 }, at: Sample.now.advanced(bySeconds: 1))
        #expect(window.selected == 989)
    }

    @Test(arguments: [Int64(991), 995, 1000])
    func `one that leaves the list anywhere gives way to the row beside it, which stays in view`(gone: Int64) {
        var window = loaded()
        window.pause()
        window.select(gone)
        let top = window.top
        window.recordDeliveries([])
        answer(&window, Self.log.filter { $0.sequence != gone }, at: Sample.now.advanced(bySeconds: 1))
        #expect(window.selected == min(gone + 1, 999))
        #expect(visible(window).contains(window.selected ?? -1))
        #expect(window.top.map { abs($0 - (top ?? 0)) <= 1 } == true)
    }

    @Test func `a paused list that all rows have left shows those before them, and those that come`() {
        var window = loaded()
        window.pause()
        window.recordDeliveries([])
        let older = Self.log.filter { $0.sequence < 900 }
        answer(&window, older, at: Sample.now.advanced(bySeconds: 1))
        answer(&window, older, at: Sample.now.advanced(bySeconds: 2))
        #expect(window.rows.last?.sequence == 899 && window.selected == 899 && !window.isFollowing)

        window = loaded(Array(Self.log.prefix(5)))
        window.pause()
        window.recordDeliveries([])
        for second in Int64(1)...2 { answer(&window, [], at: Sample.now.advanced(bySeconds: second)) }
        #expect(window.rows.isEmpty && window.hasLoaded && window.selected == nil && window.nextDeadline == nil)
        window.recordDeliveries([77])
        answer(&window, [Self.log[0]], at: Sample.now.advanced(bySeconds: 3))
        #expect(window.selected == 1, "its delivery became one that is looked for")
    }

    @Test func `deliveries of other rows ask for nothing`() {
        var window = loaded()
        window.recordDeliveries([1])
        #expect(window.nextDeadline == nil)
        window.recordDeliveries([1000])
        #expect(window.nextDeadline != nil)
    }

    @Test(arguments: [1, 3, 50, 2000])
    func `any height shows rows and keeps the selection in view`(height: Int) {
        var window = loaded()
        window.move(by: -30)
        answer(&window, Self.log)
        window.height = height
        if let selected = window.selected { window.select(selected) }
        #expect(visible(window).contains(window.selected ?? -1))
        #expect(visible(window).count == min(height, window.rows.count))
    }
}

@Suite(.cases)
struct RowSearchTests {
    @Test func `deliveries are looked through page by page, then replays, and the nearer one wins`() {
        var search = RowSearch(.failure, forward: false, from: 900)
        let first = search.request(EventFilter())
        #expect(first.direction == .newestFirst && first.after == 900)
        #expect(first.filter.states == [.dead, .retrying, .held])
        // A replay has made up for all of the first page.
        let madeUp = (1...first.limit).map {
            Sample.event(900 - Int64($0), state: .dead, replay: .response(status: 200))
        }
        let isOver6 = search.apply(EventPage(madeUp))
        #expect(!isOver6)
        let second = search.request(EventFilter())
        #expect(second.after == madeUp.last?.sequence)
        let isOver7 = search.apply([Sample.event(100, state: .dead)])
        #expect(!isOver7)
        let third = search.request(EventFilter())
        #expect(third.after == 900 && third.limit == 1 && third.filter.replays == [.failed])
        let isOver8 = search.apply([Sample.event(700, state: .delivered, replay: Sample.refused)])
        #expect(isOver8)
        #expect(search.nearest == 700 && search.part == .done)
    }

    @Test func `nothing found is an end, too`() {
        var search = RowSearch(.failure, forward: true, from: nil)
        #expect(search.request(EventFilter()).direction == .oldestFirst)
        let isOver9 = search.apply([])
        #expect(!isOver9)
        let isOver10 = search.apply([])
        #expect(isOver10)
        #expect(search.nearest == nil)
    }

    @Test func `what the list shows bounds the search`() {
        var filter = EventFilter()
        filter.instanceIDs = [3]
        #expect(RowSearch(.failure, forward: true, from: 1).request(filter).filter.instanceIDs == [3])
    }

    @Test func `an event that has not failed is none that is looked for, whatever the list is restricted to`() {
        func finds(_ event: EventSummary, in filter: EventFilter, _ search: RowSearch) -> Bool {
            search.request(filter).filter.condition.matches(event, record: { "{}" }, instanceName: nil)
        }
        var search = RowSearch(.failure, forward: true, from: nil)
        var filter = EventFilter()
        filter.states = [.delivered, .dead]
        #expect(finds(Sample.event(1, state: .dead), in: filter, search))
        #expect(!finds(Sample.event(1, state: .delivered), in: filter, search))
        #expect(!finds(Sample.event(1, state: .retrying), in: filter, search), "the list does not show it")

        _ = search.apply([])
        #expect(search.part == .replays)
        filter = EventFilter()
        filter.replays = [.succeeded]
        let madeUp = Sample.event(1, state: .dead, replay: .response(status: 200))
        let refused = Sample.event(1, state: .dead, replay: Sample.refused)
        #expect(!finds(madeUp, in: filter, search) && !finds(refused, in: filter, search))
        filter.replays = [.succeeded, .failed]
        #expect(!finds(madeUp, in: filter, search) && finds(refused, in: filter, search))
    }
}

@Suite(.cases)
struct CountsLoadTests {
    @Test func `at most twice a second, one at a time, and none of before a reset`() {
        var load = CountsLoad()
        let command11 = load.nextLoad(EventFilter(), at: Sample.now)
        #expect(command11 == .loadCounts(token: 1, EventFilter()))
        load.invalidate()
        let command12 = load.nextLoad(EventFilter(), at: Sample.now.advanced(bySeconds: 9))
        #expect(command12 == nil)
        load.accept(token: 1, .success(EventCounts(total: 5)), at: Sample.now)
        #expect(load.value?.total == 5)
        #expect(load.nextDeadline == Sample.now.advanced(byMilliseconds: 500))
        load.accept(token: 1, .failure(.failed("Locked.")), at: Sample.now)
        #expect(load.value?.total == 5)
        load.reset()
        load.accept(token: 1, .success(EventCounts(total: 6)), at: Sample.now)
        #expect(load.value == nil)
    }

    @Test func `a count that failed is asked for again, after a pause`() {
        var load = CountsLoad(.matches)
        #expect(load.nextLoad(EventFilter(), at: Sample.now) == .loadCounts(token: 2, EventFilter()))
        load.accept(token: 2, .failure(.failed("Locked.")), at: Sample.now)
        #expect(load.nextDeadline == Sample.now.advanced(bySeconds: 2))
        #expect(load.nextLoad(EventFilter(), at: Sample.now.advanced(bySeconds: 2)) != nil)
    }

    @Test func `what takes long is asked for less often`() {
        var load = CountsLoad()
        #expect(load.nextLoad(EventFilter(), at: Sample.now) != nil)
        load.invalidate()
        let answered = Sample.now.advanced(byMilliseconds: 1000)
        load.accept(token: 1, .success(EventCounts(total: 5)), at: answered)
        #expect(load.nextDeadline == answered.advanced(byMilliseconds: 4000))
        #expect(load.nextLoad(EventFilter(), at: answered.advanced(byMilliseconds: 3999)) == nil)
        #expect(load.nextLoad(EventFilter(), at: answered.advanced(byMilliseconds: 4000)) != nil)
        load.reset()
        #expect(load.nextDeadline == .distantPast)
    }
}

@Suite(.cases)
struct SingleReplaysTests {
    private let event = Sample.event(7)

    private var context: DashboardContext {
        var context = DashboardContext(
            settings: DashboardSettings(size: Size(width: 80, height: 24)),
            now: Sample.now,
            due: Sample.now
        )
        context.instances.list = [Sample.overview()]
        return context
    }

    @Test func `one at a time for each event, and none while the key is still held down`() {
        var replays = SingleReplays()
        var effects = Effects()
        #expect(replays.obstacle(to: event, context) == nil)
        replays.begin(ReplayWanted(event: event, options: ReplayOptions()), &effects)
        #expect(replays.running == [7])
        #expect(replays.obstacle(to: event, context)?.contains("already") == true)
        #expect(replays.obstacle(to: Sample.event(8), context) == nil)
        replays.accept(7, .failure(.failed("Refused.")), context, &effects)
        #expect(replays.running.isEmpty)
        #expect(replays.obstacle(to: event, context)?.contains("let r go") == true)
    }

    @Test func `without an event, an instance or a callback URL there is nothing to replay to`() {
        let replays = SingleReplays()
        #expect(replays.obstacle(to: nil, context)?.contains("Select an event") == true)
        var none = context
        none.instances.list = []
        #expect(replays.obstacle(to: event, none)?.contains("is gone") == true)
        none.instances.list = [Sample.overview(callbackURL: "")]
        #expect(replays.obstacle(to: event, none)?.contains("no callback URL") == true)
    }
}
