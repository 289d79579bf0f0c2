import Drawing
import EngineAPI

extension DashboardContext {
    /// The program's name, and the instance's with a mark that it can be changed: the shorter, the less room there is.
    func nameFact(width: Int) -> HeaderFact {
        let name = instance.map { DisplayText($0.name).truncated(to: 24, mark: glyphs.ellipsis) }
        var text = StyledText("signalbox", .title)
        if let name {
            let own = StyledText(name + " " + glyphs.unfolded, .accent)
            text += StyledText("  ") + own
            if text.width > width { text = own }
            if text.width > width {
                text = StyledText(name.truncated(to: width - 2, mark: glyphs.ellipsis) + " " + glyphs.unfolded, .accent)
            }
        }
        return HeaderFact(
            position: .name,
            text: text,
            expendability: 0,
            action: instance == nil ? nil : .switchInstance
        )
    }
}
