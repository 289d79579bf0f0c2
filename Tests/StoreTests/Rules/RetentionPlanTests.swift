import Domain
import Primitives
import Store
import Testing

struct RetentionPlanTests {
    private let now = Timestamp(seconds: 100 * 86_400)
    private let day: Int64 = 86_400_000

    private func facts(_ change: (inout RetentionFacts) -> Void = { _ in }) -> RetentionFacts {
        var facts = RetentionFacts()
        facts.events = 1000
        facts.oldest = 5001
        facts.newest = 6000
        facts.heldBytes = 1_000_000
        change(&facts)
        return facts
    }

    @Test func `without a limit nothing goes`() {
        let plan = RetentionPlan(RetentionPolicy(), now: now)
        #expect(plan.request(facts()) == nil && !plan.isTooLarge(.max) && plan.dueWithinDay(facts()) == 0)
    }

    @Test func `what could not be delivered stays twice as long`() throws {
        let plan = RetentionPlan(RetentionPolicy(age: 10 * day, events: 400), now: now)
        let request = try #require(plan.request(facts()))
        #expect(request.settled == PurgeBound(before: Timestamp(seconds: 90 * 86_400), through: 5600))
        #expect(request.undelivered == PurgeBound(before: Timestamp(seconds: 80 * 86_400), through: 5200))
        // Whatever a person gives, the arithmetic is total.
        let far = try #require(RetentionPlan(RetentionPolicy(age: .max, events: .max), now: now).request(facts()))
        #expect(far.undelivered.before.map { $0 < now } == true && far.settled.through.map { $0 < 0 } == true)
    }

    @Test func `by size the dead go last`() {
        let plan = RetentionPlan(RetentionPolicy(bytes: 999_999), now: now)
        #expect(plan.isTooLarge(1_000_000) && !plan.isTooLarge(999_999) && !plan.isTooLarge(nil))
        let requests = plan.requestsBySize(facts())
        #expect(requests.map(\.settled.through) == [6000, 6000] && requests.map(\.undelivered.through) == [nil, 6000])
    }

    @Test func `what goes within a day follows from the last one`() {
        let dayAgo = now.advanced(byMilliseconds: -day)
        func due(_ policy: RetentionPolicy, _ change: (inout RetentionFacts) -> Void) -> Int64 {
            RetentionPlan(policy, now: now).dueWithinDay(facts(change))
        }
        // 300 of them will be ten days old by then.
        let tenth = now.advanced(byMilliseconds: -9 * day)
        #expect(due(RetentionPolicy(age: 10 * day)) { $0.lastBefore = [tenth: 5300] } == 300)
        #expect(RetentionPlan(RetentionPolicy(age: 10 * day), now: now).moments == [dayAgo, tenth])
        // 200 came in the last day: as many more than there may be.
        #expect(due(RetentionPolicy(events: 1000)) { $0.lastBefore = [dayAgo: 5800] } == 200)
        #expect(due(RetentionPolicy(events: 1300)) { $0.lastBefore = [dayAgo: 5800] } == 0)
        // An event takes 1000 bytes: 100 are too many, and 200 come.
        #expect(due(RetentionPolicy(bytes: 900_000)) { $0.lastBefore = [dayAgo: 5800] } == 300)
        #expect(due(RetentionPolicy(bytes: 1)) { _ in } == 1000)
        #expect(due(RetentionPolicy(events: 1)) { $0.oldest = nil } == 0)
    }
}
