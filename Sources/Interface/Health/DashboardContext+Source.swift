import Drawing
import EngineAPI

extension DashboardContext {
    /// How the source is; a live one says when it last worked.
    var sourceFact: HeaderFact {
        let health = sourceHealth
        var text = StyledText(health.glyph + " " + health.word, Style(health.role).with(.bold))
        if health.role == .dim, let reason = health.reason { text.append(" " + DisplayText(reason), .dim) }
        if health.role == .statusOK, let lastSuccess { text.append(" " + clock(lastSuccess), .dim) }
        return HeaderFact(position: .source, text: text, expendability: 0)
    }

    /// When it last worked, where it does not: a bare time beside the word would be read as since when.
    var heardFact: HeaderFact? {
        guard sourceHealth.role != .statusOK, let lastSuccess else { return nil }
        let text = StyledText("last heard ", .dim) + StyledText(clock(lastSuccess))
        return HeaderFact(position: .heard, text: text, expendability: 2)
    }
}
