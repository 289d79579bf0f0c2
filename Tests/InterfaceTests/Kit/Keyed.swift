import Drawing

@testable import Interface

/// Gives keys to single controls and overlays as the dashboard does: letters to a text, all else by way of the table.
private func action(for key: Key, in contexts: [ActionContext]) -> [ActionID] {
    contexts.compactMap { ActionTable.standard.action(for: key, in: $0)?.id }
}

extension TextField {
    mutating func handle(_ key: Key) -> Bool {
        if let letter = key.letter {
            insert(String(letter))
            return true
        }
        return action(for: key, in: [.text]).contains { perform($0) }
    }
}

extension RateField {
    mutating func handle(_ key: Key) -> Bool {
        if let letter = key.letter, Self.accepts(letter) {
            insert(String(letter))
            return true
        }
        return action(for: key, in: [.rate, .text]).contains { perform($0) }
    }
}

extension SecretField {
    mutating func handle(_ key: Key) -> Bool {
        if let letter = key.letter {
            insert(String(letter))
            return true
        }
        return action(for: key, in: [.form]).contains { perform($0) }
    }
}

extension IntervalSlider {
    mutating func handle(_ key: Key) -> Bool {
        if let letter = key.letter, Self.isPartOfNumber(letter) {
            insert(String(letter))
            return true
        }
        return action(for: key, in: [.slider, .text]).contains { perform($0) }
    }
}

extension Overlay {
    mutating func handle(_ key: Key, _ context: DashboardContext, _ effects: inout Effects) -> Bool {
        if let letter = key.letter, acceptsLetter(letter) {
            paste(String(letter), context, &effects)
            return true
        }
        for id in action(for: key, in: contexts(context)) where perform(id, context, &effects) { return true }
        return key.letter.map { accept(stray: $0, context, &effects) } ?? false
    }
}
