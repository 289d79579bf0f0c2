import Domain
import Drawing

extension Form {
    /// Gives a key to the focused control; false if the control has no use for it.
    mutating func handle(_ key: Key) -> Bool {
        switch focus {
        case .connection, .optional: return fold(key)
        case .setting(.refreshInterval):
            guard interval.handle(key) else { return false }
        case .setting(.objects): return handleObjects(key)
        default:
            let (before, choices) = (controls[focus], choices(focus))
            guard controls[focus]?.handle(key, choices: choices) == true else { return false }
            if focus == .setting(.callbackURL), controls[focus]?.value != before?.value { test = nil }
            // Fields that another choice hides have no fault.
            if case .choice = before { faults = faults.filter { applies($0.key) } }
        }
        quietFault(focus)
        return true
    }

    /// Inserts pasted text in one piece; it never presses a button.
    mutating func paste(_ text: String) {
        switch focus {
        case .setting(.refreshInterval): interval.insert(text)
        case .setting(.objects):
            objects.filter.insert(text.split(whereSeparator: \.isNewline).joined(separator: ","))
            objects.filterChanged()
        default:
            guard controls[focus]?.insert(text) == true else { return }
            if focus == .setting(.callbackURL) { test = nil }
        }
        quietFault(focus)
    }

    /// Moves to the next control; false behind the last.
    mutating func advance(by step: Int) -> Bool {
        let fields = fields
        guard let index = fields.firstIndex(of: focus), fields.indices.contains(index + step) else { return false }
        focus(fields[index + step])
        return true
    }

    /// While typing, a fault that was shown goes as soon as it is mended, but no new one appears.
    private mutating func quietFault(_ field: FieldID) {
        if faults[field] != nil { faults[field] = fault(of: field) }
    }

    private mutating func fold(_ key: Key) -> Bool {
        switch key {
        case .space, .enter: unfolded.formSymmetricDifference([focus])
        case .left: unfolded.remove(focus)
        case .right: unfolded.insert(focus)
        default: return false
        }
        return true
    }

    private mutating func handleObjects(_ key: Key) -> Bool {
        switch key {
        case .up: return objects.move(by: -1)
        case .down: return objects.move(by: 1)
        case .pageUp: return objects.move(by: -ObjectList.rows)
        case .pageDown: return objects.move(by: ObjectList.rows)
        case .home: objects.moveToStart()
        case .end: objects.moveToEnd()
        case .space: objects.toggle(at: objects.cursor)
        case .ctrl("a"): objects.toggleAll()
        case .enter:
            if objects.filter.text.trimmed.isEmpty {
                objects.toggle(at: objects.cursor)
            } else {
                enterFilter()
                return true
            }
        case .escape:
            guard !objects.filter.isEmpty else { return false }
            objects.filter = TextField()
            objects.filterChanged()
            faults[.setting(.objects)] = nil
        default:
            guard objects.filter.handle(key) else { return false }
            objects.filterChanged()
        }
        quietFault(.setting(.objects))
        return true
    }

    /// One match is ticked; anything else that was typed is taken as names.
    private mutating func enterFilter() {
        let shown = objects.shown
        if shown.count == 1, !objects.filter.text.contains(",") {
            objects.toggle(at: 0)
            objects.filter = TextField()
            objects.filterChanged()
            faults[.setting(.objects)] = nil
        } else {
            faults[.setting(.objects)] = objects.addTyped().map { "Objects to monitor: \($0)" }
        }
    }
}
