import Domain
import EngineAPI
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct OpenEventTests {
    @Test func `one question at a time, and an answer to a former event is not shown`() {
        var open = OpenEvent(7, tab: .record)
        let first = open.nextLoad()
        #expect(first == .loadDetail(sequence: 7))
        open.show(8)
        let early = open.nextLoad()
        #expect(early == nil, "the first is not answered")
        open.accept(7, .success(Sample.detail(Sample.event(7))))
        #expect(open.detail == nil)
        let next = open.nextLoad()
        #expect(next == .loadDetail(sequence: 8))
        open.accept(8, .success(Sample.detail(Sample.event(8))))
        #expect(open.detail?.event.sequence == 8)
        open.show(8)
        #expect(open.detail != nil, "the same is not loaded again")
    }

    @Test func `a failure stands beside what was loaded before`() {
        var open = OpenEvent(7, tab: .record)
        _ = open.nextLoad()
        open.accept(7, .success(Sample.detail(Sample.event(7))))
        open.invalidate()
        _ = open.nextLoad()
        open.accept(7, .failure(.failed("Locked.")))
        #expect(open.detail != nil && open.failure == "Locked.")
    }

    @Test func `only its own deliveries concern it, or all`() {
        var open = OpenEvent(7, tab: .record)
        #expect(open.concerns([99]), "what it has is not known yet")
        _ = open.nextLoad()
        open.accept(7, .success(Sample.detail(Sample.event(7))))
        #expect(open.concerns([7, 99]) && open.concerns([]) && !open.concerns([99]))
    }
}
