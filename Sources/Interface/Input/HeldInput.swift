import Drawing
import Primitives

/// Input that waits until the panes are where the keys before it have sent them.
struct HeldInput: Sendable {
    /// Milliseconds for which keys wait for what is being read.
    private static let longestWait: Int64 = 5000
    /// More than anybody types meanwhile; what comes after it doesn't wait.
    private static let mostEvents = 100_000

    private var events: [InputEvent] = []
    /// Until when it waits; nil: it needn't.
    private var end: Timestamp?

    /// What becomes of an event.
    enum Verdict: Sendable, Hashable {
        case proceed
        /// It is kept, to be taken with what comes next.
        case wait
        /// It has waited for too long: whatever it waited for is given up.
        case giveUp
    }

    var isEmpty: Bool { events.isEmpty }
    /// When somebody has waited for long enough; nil while nobody waits.
    var deadline: Timestamp? { isEmpty ? nil : end }

    /// Gives what has waited, for another try.
    mutating func dequeueAll() -> [InputEvent] {
        defer { events = [] }
        return events
    }

    /// Judges an event; `isUnderWay`: a pane is still on the way to where the keys so far have sent it.
    mutating func judge(_ event: InputEvent, isUnderWay: Bool, now: Timestamp) -> Verdict {
        guard event.meansWhatIsShown else { return .proceed }
        guard isUnderWay, events.count < Self.mostEvents else {
            end = nil
            return .proceed
        }
        let end = end ?? now.advanced(byMilliseconds: Self.longestWait)
        guard now >= end else {
            self.end = end
            events.append(event)
            return .wait
        }
        self.end = nil
        return .giveUp
    }
}

extension InputEvent {
    /// Whether it means what is on the screen once the input before it is done.
    fileprivate var meansWhatIsShown: Bool {
        switch self {
        case .key(.ctrl("c")), .resize, .focus: false
        case .key, .paste, .mouse: true
        }
    }
}
