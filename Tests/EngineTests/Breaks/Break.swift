import Primitives

/// What befalls one exchange on its way.
struct Break: Sendable {
    enum Direction: Sendable { case request, answer }

    enum Kind: Sendable, Hashable {
        /// The connection ends, by RST or by FIN.
        case cut(byReset: Bool)
        /// Nothing more comes, for ever.
        case stall
        /// A byte at a time, for ever.
        case drip
        case flood(Flood)
        /// Some bytes that stand in no proper message.
        case garbage
    }

    /// What never ends.
    enum Flood: Sendable, CaseIterable { case interim, headers, chunks, bytes }

    let direction: Direction
    let kind: Kind
    /// Bytes of the direction that pass before it.
    let offset: Int
    /// Exchanges that pass before the one that breaks.
    let skip: Int
}

/// One break with the exchange that it befalls; follows from the run's seed and its number.
struct BreakCase: Sendable {
    enum Side: String, Sendable, CaseIterable { case org, token, callback, management, receiver }

    let number: Int
    let side: Side
    let damage: Break
    /// For what else is to be decided.
    var dice: SeededGenerator

    init(_ number: Int, seed: UInt64) {
        var dice = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
        self.number = number
        let side: Side =
            switch Int.random(in: 0..<100, using: &dice) {
            case ..<36: .org
            case ..<50: .token
            case ..<74: .callback
            case ..<86: .management
            default: .receiver
            }
        self.side = side
        // Of listeners the request is what a peer may break, of all others above all the answer.
        let isListener = side == .management || side == .receiver
        let direction: Break.Direction = dice.chance(isListener ? 80 : 25) ? .request : .answer
        let kind = Self.kind(mayFlood: (direction == .request) == isListener, &dice)
        damage = Break(
            direction: direction,
            kind: kind,
            offset: Self.offset(side, direction, kind, &dice),
            skip: side == .org ? Int.random(in: 0...2, using: &dice) : 0
        )
        self.dice = dice
    }

    private static func kind(mayFlood: Bool, _ dice: inout SeededGenerator) -> Break.Kind {
        switch Int.random(in: 0..<100, using: &dice) {
        case ..<40: .cut(byReset: dice.chance(50))
        case ..<58: .stall
        case ..<72: .drip
        case ..<84 where mayFlood: .flood(Break.Flood.allCases.randomElement(using: &dice) ?? .bytes)
        case ..<84: .stall
        default: .garbage
        }
    }

    private static func offset(
        _ side: Side,
        _ direction: Break.Direction,
        _ kind: Break.Kind,
        _ dice: inout SeededGenerator
    ) -> Int {
        // An endless message of its own takes the place of the whole one.
        if case .flood(let flood) = kind, flood != .bytes { return 0 }
        // About as long as what is said there; what lies beyond the end strikes the next exchange of the connection.
        let usual =
            switch (side, direction) {
            case (.org, .answer), (.token, .answer): 800
            case (_, .answer): 130
            case (.management, _): 250
            default: 600
            }
        return Int.random(in: 0..<(dice.chance(50) ? usual / 4 : usual), using: &dice)
    }
}
