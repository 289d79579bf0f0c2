package import Primitives

/// What a filter's text says: terms, and how they hold together.
///
/// Made by the parser, or by `every`, `either` and `not`, which keep it in one shape: a list holds two or more, none of its
/// own kind. So two expressions that read alike are equal, and what is printed parses to the same.
package indirect enum EventExpression: Sendable, Hashable {
    /// All must hold. Empty, it finds everything.
    case all([EventExpression])
    /// One of them must hold.
    case any([EventExpression])
    case negated(EventExpression)
    case term(EventTerm)

    package static let everything = EventExpression.all([])

    package static func every(_ parts: [EventExpression]) -> EventExpression {
        let flat = parts.flatMap { part in if case .all(let parts) = part { parts } else { [part] } }
        return flat.count == 1 ? flat[0] : .all(flat)
    }

    package static func either(_ parts: [EventExpression]) -> EventExpression {
        let flat = parts.flatMap { part in if case .any(let parts) = part { parts } else { [part] } }
        return flat.count == 1 ? flat[0] : .any(flat)
    }

    package static func not(_ part: EventExpression) -> EventExpression {
        if case .negated(let part) = part { part } else { .negated(part) }
    }

    /// What must hold, side by side.
    package var conjuncts: [EventExpression] { if case .all(let parts) = self { parts } else { [self] } }

    /// Whether any of its terms is such a one.
    package func contains(_ isSuch: (EventTerm) -> Bool) -> Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains { $0.contains(isSuch) }
        case .negated(let part): part.contains(isSuch)
        case .term(let term): isSuch(term)
        }
    }

    /// The same with each term led through `change`.
    package func mapped(_ change: (EventTerm) -> EventTerm) -> EventExpression {
        switch self {
        case .all(let parts): .all(parts.map { $0.mapped(change) })
        case .any(let parts): .any(parts.map { $0.mapped(change) })
        case .negated(let part): .negated(part.mapped(change))
        case .term(let term): .term(change(term))
        }
    }
}

/// One term; of several values any must fit.
package enum EventTerm: Sendable, Hashable {
    /// API names, compared without regard to case.
    case objects(Set<String>)
    case changes(Set<Change>)
    case sources(Set<SourceWord>)
    /// Names (ASCII letters of either case), or numbers.
    case instances(Set<String>)
    /// Updates that changed one of these fields.
    case fields(Set<String>)
    /// Ids of 18 characters.
    case records(Set<String>)
    case events(Set<String>)
    /// Words in the record's name alone.
    case name(Set<WordSearch>)
    case states(Set<DeliveryState>)
    /// How the last replay ended; what was never replayed matches none.
    case replays(Set<ReplayVerdict>)
    /// How many attempts there were, replays not counted.
    case attempts(Set<NumberRange>)
    /// Of the last attempt that was no replay; what had no answer matches none.
    case status(Set<NumberRange>)
    /// Milliseconds that the last attempt took that was no replay.
    case took(Set<NumberRange>)
    /// Part of the sentence about the last attempt that was no replay; ASCII letters of either case.
    case error(Set<String>)
    /// Stored at or after this moment.
    case since(Timestamp)
    /// Stored before this moment.
    case until(Timestamp)
    /// Words in the record's name and values.
    case words(WordSearch)
}

extension EventTerm {
    /// Whether it asks what became of an event, which is another thing later than when the event is stored.
    package var isOfDelivery: Bool {
        switch self {
        case .states, .replays, .attempts, .status, .took, .error: true
        case .objects, .changes, .sources, .instances, .fields, .records, .events, .name, .since, .until, .words: false
        }
    }
}

/// Whole numbers from one to another, both included; without one of them there is no such end.
package struct NumberRange: Sendable, Hashable {
    package let lower: Int64?
    package let upper: Int64?

    package init(lower: Int64? = nil, upper: Int64? = nil) {
        self.lower = lower
        self.upper = upper
    }

    package func contains(_ number: Int64) -> Bool { number >= lower ?? .min && number <= upper ?? .max }
}

/// The words of `source:`.
package enum SourceWord: String, Sendable, Hashable, CaseIterable {
    case polling
    case apex
    case outbound
    case synthetic

    package var sources: [ChangeSource] {
        switch self {
        case .polling: [.polling, .reconciliation]
        case .apex: [.webhook]
        case .outbound: [.outboundMessage]
        case .synthetic: [.synthetic]
        }
    }
}
