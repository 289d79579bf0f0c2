import Drawing
import EngineAPI

extension DashboardContext {
    /// How the source is, and when it last worked.
    var sourceFact: HeaderFact {
        let health = sourceHealth
        var text = StyledText(health.glyph + " " + health.word, Style(health.role).with(.bold))
        if health.role == .dim, let reason = health.reason { text.append(" " + DisplayText(reason), .dim) }
        if let lastSuccess { text.append(" " + clock(lastSuccess), .dim) }
        return HeaderFact(position: .source, text: text, expendability: 0)
    }
}
