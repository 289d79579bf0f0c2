import Domain
import Drawing
import Primitives

extension EventsPane {
    /// Goes where somebody wants to, and says where that lies beyond the newest event.
    mutating func goTo(_ chosen: TimeChosen, _ context: DashboardContext, _ effects: inout Effects) {
        window.want(.before(chosen.moment))
        effects.focus(Self.id)
        guard chosen.moment > context.now else { return }
        effects.say(.info, "\(context.fullClock(chosen.moment).string) is yet to come; this is the newest event.")
    }

    /// Says where the list was to go before its first event.
    func say(
        gone purpose: EventWindow.Purpose,
        _ page: EventPage,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        guard case .before(let moment) = purpose, page.isEmpty else { return }
        let what = filtering.isOn ? "None of these" : "Nothing"
        effects.say(.info, "\(what) was stored before \(context.fullClock(moment).string); this is the first event.")
    }
}
