import Domain
import Interface
import TestSupport
import Testing

@testable import signalbox

/// What a newer question supersedes.
@Suite(.timeLimit(.minutes(20)))
struct SearchesTests {
    private func task() -> Task<Void, Never> { Task { await Gate().wait() } }

    private func page(_ token: Int) -> Command { .loadPage(token: token, PageRequest()) }

    @Test func `a page supersedes the page before it of the same reader, and no other's`() {
        let searches = Searches()
        let (list, story, comparison) = (task(), task(), task())
        searches.begin(page(1), list)
        searches.begin(page(Int.min / 4 + 1_000_000), story)
        searches.begin(page(Int.min / 2 + 1), comparison)
        #expect(!list.isCancelled && !story.isCancelled && !comparison.isCancelled)
        let later = task()
        searches.begin(page(2), later)
        #expect(list.isCancelled && !story.isCancelled && !comparison.isCancelled && !later.isCancelled)
        for task in [story, comparison, later] { task.cancel() }
    }

    @Test(arguments: [EventExpression.everything, .term(.events(["e1"]))])
    func `the count of what a filter finds never takes the place of the totals`(expression: EventExpression) {
        let searches = Searches()
        let (totals, matches, later) = (task(), task(), task())
        var filter = EventFilter()
        filter.expression = expression
        // As a filter is normalized: such terms are members, and the expression says nothing of them.
        filter.states = [.dead]
        searches.begin(.loadCounts(token: 1, EventFilter()), totals)
        searches.begin(.loadCounts(token: 2, filter), matches)
        #expect(!totals.isCancelled && !matches.isCancelled)
        searches.begin(.loadCounts(token: 4, filter), later)
        #expect(!totals.isCancelled && matches.isCancelled && !later.isCancelled)
        for task in [totals, later] { task.cancel() }
    }

    @Test func `each token has the reader that it was made by`() {
        #expect(PageReader(token: 1) == .list && PageReader(token: .max) == .list)
        #expect(PageReader(token: Int.min / 4) == .story && PageReader(token: -1) == .story)
        #expect(PageReader(token: Int.min / 2) == .comparison && PageReader(token: Int.min / 4 - 1) == .comparison)
    }
}
