import Domain
import Primitives

/// Minutes between polls: a slider with stops that grow, and a number typed over it.
struct IntervalSlider: Sendable, Hashable {
    static let stops = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440]

    private(set) var minutes: Int
    /// Digits as they are typed; they may not be a valid number yet.
    private(set) var typed: String?

    init(_ minutes: Int) { self.minutes = minutes }

    /// The value, or nil while what is typed is none.
    var value: Int? {
        guard let typed else { return minutes }
        guard let number = Int(typed), InstanceConfiguration.intervalRange.contains(number) else { return nil }
        return number
    }

    var fault: String? {
        guard value == nil, let typed else { return nil }
        return typed.isEmpty
            ? "Event poller refresh interval needs a number of minutes, 1 to 1440."
            : "Event poller refresh interval is a whole number of minutes, 1 to 1440; \u{201C}\(typed)\u{201D} is not."
    }

    mutating func perform(_ action: ActionID) -> Bool {
        switch action {
        case .lower: step(-1)
        case .raise: step(1)
        case .lowerMuch: step(-4)
        case .raiseMuch: step(4)
        case .lowest: set(1)
        case .highest: set(1440)
        case .deleteLeft: typed = String((typed ?? String(minutes)).dropLast())
        case .deleteToStart, .deleteRight: typed = ""
        default: return false
        }
        return true
    }

    /// Types or pastes a number of minutes, with the unit behind it or without; anything else stands there as the fault it is.
    mutating func insert(_ text: String) {
        var words = text.prefix(64).trimming(while: \.isWhitespace)
        for unit in ["minutes", "minute", "min", "m"] where words.lowercased().hasSuffix(unit) {
            words = words.dropLast(unit.count).trimming(while: \.isWhitespace)
            break
        }
        if !words.isEmpty { type(String(words)) }
    }

    /// Signs that numbers are written with are taken, so that a wrong number is refused and not read as another.
    static func isPartOfNumber(_ sign: Character) -> Bool {
        sign.isASCII && (sign.isNumber || ".,-+".contains(sign))
    }

    /// The first signs replace the value that was there.
    private mutating func type(_ text: String) {
        typed = String(((typed ?? "") + text).filter { $0.isASCII && !$0.isNewline }.prefix(12))
    }

    /// Makes a valid number the value; called on leaving the field.
    mutating func settle() {
        guard let value else { return }
        set(value)
    }

    private mutating func step(_ steps: Int) {
        let current = value ?? minutes
        let stops = Self.stops
        var index: Int
        if steps > 0 {
            index = (stops.lastIndex { $0 <= current } ?? -1) + steps
        } else {
            index = (stops.firstIndex { $0 >= current } ?? stops.count) + steps
        }
        index = min(max(0, index), stops.count - 1)
        set(stops[index])
    }

    private mutating func set(_ minutes: Int) {
        self.minutes = minutes
        typed = nil
    }

    /// Where the knob stands, 0…1; equal steps between stops.
    var position: Double {
        let value = Double(value ?? minutes)
        let stops = Self.stops.map(Double.init)
        guard let upper = stops.firstIndex(where: { $0 >= value }), upper > 0 else { return 0 }
        let part = (value - stops[upper - 1]) / (stops[upper] - stops[upper - 1])
        return (Double(upper - 1) + part) / Double(stops.count - 1)
    }

    /// Sets the stop nearest to a place on the track, 0…1.
    mutating func drag(to position: Double) {
        let last = Self.stops.count - 1
        set(Self.stops[Int(saturating: (position * Double(last)).rounded()).clamped(to: 0...last)])
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without such characters at its ends.
    fileprivate func trimming(while isGone: (Character) -> Bool) -> Substring {
        let start = drop(while: isGone)
        guard let end = start.lastIndex(where: { !isGone($0) }) else { return start.prefix(0) }
        return start[...end]
    }
}
