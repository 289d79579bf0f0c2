import Domain
import Drawing

/// Replays a second: steps that grow, and a number typed over them.
struct RateField: Sendable, Hashable {
    static let stops = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

    private(set) var rate: Int
    /// Digits as they are typed; they may not be a valid number yet.
    private(set) var typed: String?

    init(_ rate: Int) { self.rate = rate }

    /// The value, or nil while what is typed is none.
    var value: Int? {
        guard let typed else { return rate }
        guard let number = Int(typed), ReplayJob.rates.contains(number) else { return nil }
        return number
    }

    var text: String { typed ?? String(rate) }

    var fault: String? {
        guard value == nil, let typed else { return nil }
        return typed.isEmpty
            ? "Rate needs a number of replays a second, 1 to 1000."
            : "Rate is 1 to 1000 replays a second; \(typed) is not."
    }

    static func accepts(_ letter: Character) -> Bool { letter.isASCII && letter.isNumber }

    mutating func perform(_ action: ActionID) -> Bool {
        switch action {
        case .lower: set(Self.step(value ?? rate, by: -1))
        case .raise: set(Self.step(value ?? rate, by: 1))
        case .deleteLeft: typed = String(text.dropLast())
        case .deleteToStart, .deleteRight: typed = ""
        default: return false
        }
        return true
    }

    /// Types or pastes digits; the first ones replace the value that was there.
    mutating func insert(_ text: String) {
        let digits = text.filter(Self.accepts)
        guard !digits.isEmpty else { return }
        typed = String(((typed ?? "") + digits).prefix(6))
    }

    private mutating func set(_ rate: Int) {
        self.rate = rate
        typed = nil
    }

    /// The next stop above or below a rate.
    static func step(_ rate: Int, by step: Int) -> Int {
        step > 0
            ? stops.first { $0 > rate } ?? stops[stops.count - 1] : stops.last { $0 < rate } ?? stops[0]
    }
}
