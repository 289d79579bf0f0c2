import Domain
import Drawing
import EngineAPI

extension DashboardContext {
    /// An action that helps against what the banner says, in the banner's own words where it has some.
    private typealias Help = (action: ActionID, words: String?)

    /// What helps against what the banner says, the one that helps for certain last.
    private var helps: [Help] {
        guard let instance, !instances.isEngineStopped, instances.loss == nil, instances.deleting[instance.id] == nil
        else { return [] }
        let source = sourceHealth
        guard source.reason != nil, source.role != .dim else {
            guard banner == callbackHealth, case .held = instance.callback, !instances.releasing.contains(instance.id)
            else { return [] }
            return [(.resumeCallback, nil)]
        }
        let poll: [Help] = pollObstacle == nil ? [(.pollNow, "tries now")] : []
        switch instance.source {
        case .needsAttention: return poll + [(.connectAgain, nil)]
        case .degraded, .live, .overdue:
            // What is wrong with webhooks is mended where the triggers are deployed.
            return instance.configuration.eventType == .webhooks ? [(.apex, "shows the Apex")] : poll
        case .connecting, .stopped: return []
        }
    }

    /// Rows that the banner takes: a second one where the words need it and the screen has it to spare. Nothing moves with
    /// the focus: there is room for all keys, whichever of them work now.
    var bannerRows: Int? {
        guard let banner else { return nil }
        let words = DisplayText(banner.sentence ?? "", limit: settings.size.width * 2).width
        let keys = helps.reduce(0) { width, help in
            width + (table[help.action]?.keys.first.map { offer(help, $0).width + 2 } ?? 0)
        }
        return words + keys <= settings.size.width - 4 || settings.size.height < 20 ? 1 : 2
    }

    /// The keys that help against what the banner says, as far as they do that where the focus is. `isCut`: whether the banner
    /// has room for the beginning only, which a key shows in full.
    func bannerKeys(isCut: Bool) -> [(words: StyledText, action: ActionID)] {
        let wanted: [Help] = (isCut ? [(.explain, "all of it")] : []) + helps
        var offers = wanted.compactMap { help in
            workingKey(help.action).map { (words: offer(help, $0), action: help.action) }
        }
        // A text takes letters; the palette has what they would do elsewhere.
        if offers.isEmpty, !wanted.isEmpty, let key = workingKey(.palette) {
            offers.append((offer((.palette, nil), key), .palette))
        }
        return offers
    }

    private func offer(_ help: Help, _ key: Key) -> StyledText {
        let words = DisplayText(help.words ?? table[help.action]?.hint ?? "")
        return StyledText(key.label(glyphs), .key) + StyledText(" " + words)
    }
}
