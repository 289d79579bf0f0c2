import Domain
import Drawing
import Primitives

extension ActionContext {
    static let filterLine = ActionContext.overlay("filter", "Filter line", including: [.text])
}

extension ActionID {
    static let filter = ActionID("filter")
    static let keepFilter = ActionID("keep-filter")
    static let leaveFilter = ActionID("leave-filter")
    static let completeFilter = ActionID("complete-filter")
    static let formerFilter = ActionID("former-filter")
    static let laterFilter = ActionID("later-filter")
}

/// The line under the list in which a filter is typed; what it says is applied while it is typed.
struct FilterLine: Sendable {
    static let actions: [Action] = [
        Action(
            .filter,
            [.character("/")],
            "Filter the events",
            hint: "filter",
            in: [.events, .detail],
            onlyShows: true
        ),
        .keyed(.keepFilter, [.enter], "Keep the filter", hint: "keep", in: [.filterLine]),
        .keyed(
            .leaveFilter,
            [.escape],
            "Leave the line; the list is as it was before",
            hint: "back",
            in: [.filterLine]
        ),
        .keyed(
            .completeFilter,
            [.tab],
            "Complete the name or value; again for the next one",
            hint: "complete",
            in: [.filterLine, .replayFilter]
        ),
        .keyed(.formerFilter, [.up], "The filter kept before this one", hint: "former", in: [.filterLine]),
        .keyed(.laterFilter, [.down], "The filter kept after this one", hint: "later", in: [.filterLine]),
    ]

    private(set) var field: TextField
    /// What was typed before the history was looked through.
    private var draft = ""
    /// Which of the kept filters stands in the field; nil: what was typed.
    private var historyIndex: Int?
    /// The choices that Tab goes through, and the one that stands in the field.
    private var round: (offers: FilterOffers, index: Int)?
    /// Why the text is no filter; the last one that was stays applied.
    private(set) var fault: FilterFault?

    init(_ text: String) { field = TextField(text) }

    var text: String { field.text.trimmingBlanks }

    /// What of the text is applied while it is typed: without a word at its end that may become a term's name.
    var settledText: String {
        guard field.cursor == field.characters.count else { return text }
        let offers = FilterOffers(field, known: FilterOffers.Known())
        guard offers.isBeginningOfName else { return text }
        let rest = String(field.characters[..<offers.range.lowerBound])
        // A sign before it, an opened bracket, an either: the rest is no filter without what follows.
        return (try? EventFilter(parsing: rest, now: Timestamp(milliseconds: 0))) == nil ? text : rest.trimmingBlanks
    }

    /// The filter that a text says, or nil where it is none; then `fault` says why.
    mutating func parse(_ text: String, at now: Timestamp, clock: LocalClock) -> EventFilter? {
        do throws(FilterFault) {
            let filter = try EventFilter(parsing: text, now: now, clock: clock)
            fault = nil
            return filter
        } catch {
            fault = error
            return nil
        }
    }

    // MARK: Editing

    /// Edits or moves; false if the action means nothing to a text.
    mutating func edit(_ action: ActionID) -> Bool {
        guard field.perform(action) else { return false }
        touch()
        return true
    }

    mutating func insert(_ text: String) {
        field.insert(text, lineEnds: .blank)
        touch()
    }

    mutating func place(cursor: Int) { field.move(to: cursor) }

    private mutating func touch() {
        round = nil
        historyIndex = nil
    }

    /// What Tab offers now.
    func offers(_ known: FilterOffers.Known) -> FilterOffers { round?.offers ?? FilterOffers(field, known: known) }

    /// Which of the choices stands in the field, after Tab.
    var chosen: Int? { round?.index }

    /// Puts the next choice in; false where there is none.
    mutating func complete(_ known: FilterOffers.Known) -> Bool {
        let offers = offers(known)
        guard !offers.choices.isEmpty else { return false }
        let index = round.map { ($0.index + 1) % offers.choices.count } ?? 0
        let former = round.map { offers.choices[$0.index].count } ?? offers.range.count
        let start = offers.range.lowerBound
        field.move(to: start)
        field.remove(start..<(start + former))
        field.insert(offers.choices[index])
        // One choice alone is done; the next Tab completes what follows it.
        round = offers.choices.count == 1 ? nil : (offers, index)
        return true
    }

    /// Whether there is a kept filter before the present one, or after it.
    func canRecall(_ step: Int, from history: [String]) -> Bool {
        (0...history.count).contains((historyIndex ?? history.count) + step)
    }

    /// Goes through the kept filters, -1 to an older one; false at either end.
    mutating func recall(_ step: Int, from history: [String]) -> Bool {
        guard canRecall(step, from: history) else { return false }
        let next = (historyIndex ?? history.count) + step
        if historyIndex == nil { draft = field.text }
        field.set(next == history.count ? draft : history[next])
        round = nil
        historyIndex = next == history.count ? nil : next
        return true
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
