import Drawing
import Primitives

/// A bar with its percentage and facts behind it, in one line.
enum ProgressBar {
    private static let longest = 24
    private static let shortest = 6

    /// The bar is shortened first, then the last facts but two go, then the bar, then the rest.
    static func line(_ share: Double?, facts: [StyledText], width: Int, glyphs: Glyphs) -> StyledText {
        guard let known = share else { return line(facts, width: width) }
        // What it is a share of may come from an org.
        let share = known.isFinite ? known.clamped(to: 0...1) : 0
        var facts = facts
        let percent = DisplayText(" \(Int(share * 100)) %")
        func total(_ bar: Int) -> Int { bar + percent.width + facts.reduce(0) { $0 + $1.width + 2 } }
        while facts.count > 2, total(shortest) > width { facts.removeLast() }
        while facts.count > 1, total(0) > width { facts.removeLast() }
        let bar = min(longest, max(0, longest - max(0, total(longest) - width)))
        let filled = Int((share * Double(bar)).rounded(.down))
        var text = StyledText()
        if bar >= shortest {
            text.append(repeated(glyphs.sliderFilled, filled), .accent)
            text.append(repeated(glyphs.sliderTrack, bar - filled), .faint)
            text.append(percent)
        } else {
            text.append(DisplayText("\(Int(share * 100)) %"))
        }
        for fact in facts { text += StyledText("  ") + fact }
        return text
    }

    /// Of what nobody knows how much it is all together.
    private static func line(_ facts: [StyledText], width: Int) -> StyledText {
        var facts = facts
        while facts.count > 1, facts.reduce(-2, { $0 + $1.width + 2 }) > width { facts.removeLast() }
        return facts.dropFirst().reduce(facts.first ?? StyledText()) { $0 + StyledText("  ") + $1 }
    }

    private static func repeated(_ glyph: DisplayText, _ count: Int) -> DisplayText {
        Array(repeating: glyph, count: max(0, count)).joined()
    }
}
