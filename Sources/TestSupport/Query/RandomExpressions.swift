package import Domain
package import Primitives

/// Expressions at random, of terms that may well find something among a test's events.
package struct RandomExpressions: Sendable {
    package var objects = ["Account", "lead", "Invoice__c", "Nothing"]
    package var records: [String] = []
    package var events = ["vIGxWmZ0jXqKk4Gc3bHs"]
    package var instances = ["1", "2", "nobody"]
    package var words = ["acme", "blue 1", "umlaut*", "Ümlaut", "a*", "12"]
    package var moments: ClosedRange<Int64> = 4900...5700

    package init() {}

    package func make(_ random: inout SeededGenerator, depth: Int = 3) -> EventExpression {
        func parts(_ random: inout SeededGenerator) -> [EventExpression] {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in make(&random, depth: depth - 1) }
        }
        switch Int.random(in: 0..<(depth > 0 ? 8 : 4), using: &random) {
        case 4, 5: return .every(parts(&random))
        case 6: return .either(parts(&random))
        case 7: return .not(make(&random, depth: depth - 1))
        default: return .term(term(&random))
        }
    }

    private func term(_ random: inout SeededGenerator) -> EventTerm {
        func some<Value: Hashable>(_ values: some Collection<Value>) -> Set<Value> {
            Set((0..<Int.random(in: 1...2, using: &random)).compactMap { _ in values.randomElement(using: &random) })
        }
        func ranges(_ numbers: [Int64]) -> Set<NumberRange> {
            let number = numbers.randomElement(using: &random) ?? 0
            return switch Int.random(in: 0..<4, using: &random) {
            case 0: [NumberRange(lower: number)]
            case 1: [NumberRange(upper: number)]
            case 2: [NumberRange(lower: number, upper: number), NumberRange(lower: number + 5)]
            default: [NumberRange(lower: number, upper: number + 99)]
            }
        }
        let searches = words.compactMap { WordSearch($0) }
        let moment = Timestamp(milliseconds: Int64.random(in: moments, using: &random) * 1000 + 7)
        switch Int.random(in: 0..<17, using: &random) {
        case 0: return .objects(some(objects))
        case 1: return .changes(some(Change.allCases))
        case 2: return .sources(some(SourceWord.allCases))
        case 3: return .instances(some(instances))
        case 4: return .fields(some(["Name", "phone", "Nothing__c"]))
        case 5 where !records.isEmpty: return .records(some(records))
        case 6: return .events(some(events))
        case 7: return .name(some(searches))
        case 8: return .states(some(DeliveryState.allCases))
        case 9: return .replays(some(ReplayVerdict.allCases))
        case 10: return .attempts(ranges([0, 1, 2]))
        case 11: return .status(ranges([200, 500, 404]))
        case 12: return .took(ranges([0, 14, 2001]))
        case 13: return .error(some(["answered 5", "TIMED out", "\"quoted\\", ", ()|-"]))
        case 14: return .since(moment)
        case 15: return .until(moment)
        default: return searches.randomElement(using: &random).map { .words($0) } ?? .changes([.created])
        }
    }
}
