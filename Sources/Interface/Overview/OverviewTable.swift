import Domain
import Drawing
import EngineAPI
import Primitives

/// The instances in one line each: how it is, how fast events come, how many failed and wait.
struct OverviewTable {
    private static let stateWidth = 16
    private static let rateWidth = 10
    private static let numberWidth = 11
    private static let callbackWidth = 26
    /// Columns that a name gets at least before others go.
    private static let leastName = 14

    /// Nil: not known yet.
    private let figures: [InstanceID: InstanceFigures]?
    private let context: DashboardContext
    private let nameWidth: Int
    private let showsTotal: Bool
    private let showsState: Bool
    private let showsCallback: Bool

    init(
        _ list: [InstanceOverview],
        figures: [InstanceID: InstanceFigures]?,
        _ context: DashboardContext,
        width: Int
    ) {
        self.figures = figures
        self.context = context
        var rest = width - 2 - Self.rateWidth - 2 * Self.numberWidth - Self.leastName
        func takes(_ columns: Int) -> Bool {
            guard rest >= columns else { return false }
            rest -= columns
            return true
        }
        showsState = takes(Self.stateWidth)
        showsTotal = takes(Self.numberWidth)
        showsCallback = takes(Self.callbackWidth)
        nameWidth = Self.leastName + max(0, rest)
    }

    var header: StyledText {
        var text = StyledText("  ")
        if showsState { text.append(DisplayText("state").fitted(to: Self.stateWidth), .dim) }
        text.append(DisplayText("instance").fitted(to: nameWidth), .dim)
        text.append(DisplayText("rate").fitted(to: Self.rateWidth, .right), .dim)
        if showsTotal { text.append(DisplayText("events").fitted(to: Self.numberWidth, .right), .dim) }
        text.append(DisplayText("failed").fitted(to: Self.numberWidth, .right), .dim)
        text.append(DisplayText("waiting").fitted(to: Self.numberWidth, .right), .dim)
        if showsCallback { text.append(DisplayText("  callback").fitted(to: Self.callbackWidth), .dim) }
        return text
    }

    func line(_ instance: InstanceOverview, isSelected: Bool) -> StyledText {
        let about = context.turned(to: instance.id)
        let health = about.sourceHealth
        let mark = context.glyphs.ellipsis
        var text = StyledText(isSelected ? context.glyphs.marker + " " : "  ", .accent)
        let state = showsState ? health.glyph + " " + health.word : health.glyph + " "
        text.append(state.fitted(to: showsState ? Self.stateWidth : 2, mark: mark), Style(health.role))
        let name = nameWidth - (showsState ? 0 : 2)
        text.append(DisplayText(instance.name, limit: 200).fitted(to: name, mark: mark), .text)
        // What is not known yet is no zero.
        let known = figures.map { $0[instance.id] ?? InstanceFigures() }
        text.append(
            DisplayText(known.map { "\($0.perMinute.grouped)/min" } ?? mark.string).fitted(to: Self.rateWidth, .right),
            Style(known?.perMinute == 0 ? .faint : .text)
        )
        func number(_ value: Int64?, _ role: StyleRole) -> StyledText {
            let word = DisplayText(value.map(\.grouped) ?? mark.string)
            return StyledText(rightAligned: word, in: Self.numberWidth, Style(value == 0 ? .faint : role))
        }
        if showsTotal { text += number(known?.counts.total, .text) }
        text += number(known?.counts.dead, .statusFail) + number(known?.counts.open, .statusWarn)
        if showsCallback, let callback = about.callbackHealth {
            let words = "  " + callback.glyph + " " + callback.word
            text.append(words.fitted(to: Self.callbackWidth, mark: mark), Style(callback.role))
        }
        return text
    }
}
