import Domain
import Drawing

extension Form {
    /// Gives an action to the focused control; false if it means nothing to it.
    mutating func perform(_ action: ActionID) -> Bool {
        switch focus {
        case .connection, .optional: return fold(action)
        case .setting(.refreshInterval):
            guard interval.perform(action) else { return false }
        case .setting(.objects): return performOnObjects(action)
        default:
            let (before, choices) = (controls[focus], choices(focus))
            guard controls[focus]?.perform(action, choices: choices) == true else { return false }
            if focus == .setting(.callbackURL), controls[focus]?.value != before?.value { test = nil }
            // Fields that another choice hides have no fault.
            if case .choice = before { faults = faults.filter { applies($0.key) } }
        }
        quietFault(focus)
        return true
    }

    /// Whether the letter goes into the focused field, and is nothing else there.
    func acceptsLetter(_ letter: Character) -> Bool {
        switch focus {
        // A space ticks an object of the list.
        case .setting(.objects): letter != " "
        case .setting(.refreshInterval): IntervalSlider.isPartOfNumber(letter)
        default: focus.takesText
        }
    }

    /// Inserts typed or pasted text in one piece; it never presses a button.
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

    /// Chooses a word that a list of them offered.
    mutating func choose(_ word: String, in field: FieldID) {
        guard case .choice = controls[field], choices(field).contains(word) else { return }
        controls[field] = .choice(word)
        faults = faults.filter { applies($0.key) }
        quietFault(field)
    }

    /// Takes back what was typed or chosen in a field since its value came into force; false if nothing was.
    mutating func revert(_ field: FieldID) -> Bool {
        let fresh = Form(draft: base, instance: instance)
        switch field {
        case .connection, .optional: return false
        case .setting(.refreshInterval):
            guard interval != fresh.interval else { return false }
            interval = fresh.interval
        case .setting(.objects):
            if !objects.filter.isEmpty {
                objects.filter = TextField()
                objects.filterChanged()
            } else {
                guard isChanged(field) else { return false }
                objects.choose(fresh.objects.value)
            }
        default:
            guard controls[field]?.value != fresh.controls[field]?.value else { return false }
            controls[field] = fresh.controls[field]
            if field == .setting(.callbackURL) { test = nil }
            faults = faults.filter { applies($0.key) }
        }
        faults[field] = nil
        overtaken[field] = nil
        return true
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

    private mutating func fold(_ action: ActionID) -> Bool {
        switch action {
        case .flip: unfolded.formSymmetricDifference([focus])
        case .lower: unfolded.remove(focus)
        case .raise: unfolded.insert(focus)
        default: return false
        }
        return true
    }

    private mutating func performOnObjects(_ action: ActionID) -> Bool {
        switch action {
        case .selectUp: return objects.move(by: -1)
        case .selectDown: return objects.move(by: 1)
        case .pageUp: return objects.move(by: -objects.rows)
        case .pageDown: return objects.move(by: objects.rows)
        case .first: objects.moveToStart()
        case .last: objects.moveToEnd()
        case .tick: objects.toggle(at: objects.cursor)
        case .tickAll: objects.toggleAll()
        case .tickOrAdd:
            guard !objects.filter.text.trimmed.isEmpty else {
                objects.toggle(at: objects.cursor)
                break
            }
            enterFilter()
            return true
        default:
            guard objects.filter.perform(action) else { return false }
            objects.filterChanged()
        }
        quietFault(.setting(.objects))
        return true
    }

    /// One match is ticked; anything else that was typed is taken as names.
    private mutating func enterFilter() {
        if let match = objects.onlyMatch {
            objects.toggle(at: match)
            objects.filter = TextField()
            objects.filterChanged()
            faults[.setting(.objects)] = nil
        } else {
            faults[.setting(.objects)] = objects.addTyped().map { "Objects to monitor: \($0)" }
        }
    }
}
