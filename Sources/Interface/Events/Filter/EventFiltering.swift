import Domain
import Primitives

/// Which of the instance's events the list shows, and the line in which that is typed while it is open.
struct EventFiltering: Sendable {
    /// The filters that were kept before, in this run and former ones.
    var memory = FilterMemory()
    /// Saved filters that were deleted in this run and can be brought back, the last one last.
    var deleted: [SavedFilter] = []

    /// The filter that the list shows, as it was typed; empty: all events.
    private(set) var text = ""
    /// When the text is to be read again; nil until it was looked at.
    var renewal: FilterRenewal?
    var line: FilterLine?
    /// What the list was before the line was opened.
    private(set) var before: (text: String, window: EventWindow)?

    var isOn: Bool { !text.isEmpty }

    mutating func open(over window: EventWindow) {
        guard line == nil else { return }
        before = (text, window)
        line = FilterLine(text)
    }

    /// What the open line says is applied.
    mutating func apply(_ text: String) { self.text = text }

    /// Another filter takes the place of this one, and of what is being typed.
    mutating func turn(to text: String) {
        line = nil
        before = nil
        self.text = text
    }

    mutating func keep() {
        line = nil
        before = nil
        memory.record(text)
    }

    /// The window as it was before the line was opened.
    mutating func leave() -> EventWindow? {
        let former = before
        line = nil
        before = nil
        text = former?.text ?? ""
        return former?.window
    }

    /// All events again.
    mutating func clear() { turn(to: "") }
}
