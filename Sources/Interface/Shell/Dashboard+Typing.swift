import Drawing
import Primitives

extension Dashboard {
    /// Events up to this many are settled one by one, as if each had come alone.
    private static let fewEvents = 64
    /// Milliseconds for which keys wait for what is being read.
    private static let longestWait: Int64 = 5000
    private static let mostHeld = 100_000

    /// Accepts input that arrived together: letters for a text in one piece, so that much of it costs little.
    mutating func accept(_ events: [InputEvent]) {
        let all = held + events
        held = []
        var rest = all[...]
        while let event = rest.first {
            if event.waits, mustWait() {
                held.append(event)
                rest.removeFirst()
                continue
            }
            let run = typed(rest)
            let count = run.unicodeScalars.count
            if count > 1 {
                paste(run)
                rest.removeFirst(count)
                reveal()
                continue
            }
            rest.removeFirst()
            accept(event)
            if outbox.contains(.quit) { break }
            // The wheel may scroll what has the focus away; everything else brings it back.
            if case .mouse(let mouse) = event, case .wheel = mouse.kind {} else { reveal() }
            if all.count <= Self.fewEvents || event.dependsOnLayout { settle() }
        }
    }

    /// The letters that begin `events` and go into a text, if one has the keys.
    private func typed(_ events: ArraySlice<InputEvent>) -> String {
        var text = String.UnicodeScalarView()
        // Asked for each letter of what may be very many.
        guard case .key(let first)? = events.first, first.isLetter, let surface = typingSurface else { return "" }
        for event in events {
            guard case .key(let key) = event, case .character(let character) = key.code, key.modifiers.isEmpty,
                let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
                surface.acceptsLetter(character)
            else { break }
            text.append(scalar)
        }
        return String(text)
    }

    /// Whether a pane is still on the way to where the keys so far have sent it. A second later nobody waits any longer.
    private mutating func mustWait() -> Bool {
        let panes = openPanes.filter(\.isUnderWay)
        guard layers.isEmpty, !panes.isEmpty, held.count < Self.mostHeld else {
            waitEnds = nil
            return false
        }
        let end = waitEnds ?? now.advanced(byMilliseconds: Self.longestWait)
        waitEnds = end
        guard now >= end else { return true }
        for pane in panes { change(type(of: pane).id) { $0.stayHere() } }
        waitEnds = nil
        return false
    }

    private mutating func reveal() {
        for pane in openPanes { _ = change(type(of: pane).id) { $0.reveal() } }
    }
}

extension InputEvent {
    /// Whether it means what is on the screen once the input before it is done.
    fileprivate var waits: Bool {
        switch self {
        case .key(.ctrl("c")), .resize, .focus: false
        case .key, .paste, .mouse: true
        }
    }

    /// Whether where things stand decides what the event means.
    fileprivate var dependsOnLayout: Bool {
        switch self {
        case .mouse, .resize: true
        default: false
        }
    }
}
