import Domain
import Drawing
import EngineAPI
import Primitives

extension DashboardContext {
    /// What became of an event at the callback: how its delivery stands and, beside that, how its last replay ended.
    ///
    /// Each has longer and shorter words; where room is short the reasons go first, then the words, the marks never.
    func callbackCell(_ event: EventSummary, _ columns: ColumnLayout) -> StyledText {
        if replaying.contains(event.sequence) {
            return StyledText(glyphs.partial + (columns.callback < 12 ? " replay" : " replaying…"), .statusInfo)
        }
        guard let delivery = event.delivery else { return StyledText("– none", .faint) }
        let own = standing(of: delivery, event, columns)
        let elsewhere = replaysElsewhere[event.sequence]
        guard let outcome = elsewhere ?? delivery.replayOutcome else {
            return own.first { $0.width <= columns.callback } ?? own.last ?? StyledText()
        }
        let replay = words(for: outcome, mark: elsewhere == nil ? glyphs.replay : glyphs.arrow)
        for (way, words) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1)] {
            for gap in [2, 1] where own[way].width + gap + replay[words].width <= columns.callback {
                return own[way] + StyledText(.spaces(gap)) + replay[words]
            }
        }
        return replay[1]
    }

    /// The least that says it: `✓ 200`, `✗ dead ⟲ ✗`. Empty where there is no delivery.
    func shortCallback(_ event: EventSummary, _ columns: ColumnLayout) -> StyledText {
        guard let delivery = event.delivery else { return StyledText() }
        let own = standing(of: delivery, event, columns)[1]
        let elsewhere = replaysElsewhere[event.sequence]
        guard let outcome = elsewhere ?? delivery.replayOutcome else { return own }
        return own + StyledText(" ") + words(for: outcome, mark: elsewhere == nil ? glyphs.replay : glyphs.arrow)[1]
    }

    /// `⟲ ✗ refused` and `⟲ ✗`; with an arrow where it went elsewhere.
    private func words(for outcome: AttemptOutcome, mark: DisplayText) -> [StyledText] {
        let isSuccess = outcome.isSuccess
        let style: Style = isSuccess ? .statusOK : .statusFail
        let mark = mark + " " + (isSuccess ? glyphs.success : glyphs.failure)
        return [
            StyledText(mark + " " + DisplayText(Words.briefly(outcome), limit: 20), style), StyledText(mark, style),
        ]
    }

    /// `2/10`, with the limit of the engine that sends it.
    func attempts(of delivery: Delivery) -> String {
        let limit = instances[delivery.instanceID]?.attemptLimit.map { "/\($0)" } ?? ""
        return "\(delivery.attempts)\(limit)"
    }

    /// How a delivery stands without its replays: with times or reasons, with its word, and as its mark alone.
    private func standing(of delivery: Delivery, _ event: EventSummary, _ columns: ColumnLayout) -> [StyledText] {
        // No time that is planned for it would be true.
        if delivery.state.isOpen, instances.isHeld(event.instanceID) { return held(event, columns) }
        if let since = delivery.sendingSince, delivery.state.isOpen { return sending(since) }
        switch delivery.state {
        case .delivered:
            // What was stored before replays had a place of their own lies over the answer that was success.
            let status = delivery.lastError == nil ? delivery.lastStatus : nil
            let mark = StyledText(glyphs.success, .statusOK)
            let text =
                mark + StyledText(" " + DisplayText(status.map(String.init) ?? "delivered"), .statusOK)
            // What no answer is known of has no time that would mean anything.
            guard columns.showsMilliseconds, status != nil, let time = delivery.lastMilliseconds else {
                return [text, text, mark]
            }
            let words = DisplayText(Words.milliseconds(time))
            let room = max(words.width + 1, columns.callback - text.width)
            return [text + StyledText(words.fitted(to: room, .right), .dim), text, mark]
        case .retrying:
            let mark = StyledText(glyphs.retry, .statusRetry)
            let text = mark + StyledText(" " + DisplayText(attempts(of: delivery)), .statusRetry)
            guard let next = delivery.nextAttempt, columns.showsMilliseconds else { return [text, text, mark] }
            let when = upcoming(next, room: columns.callback - text.width - 1)
            return [text + StyledText(" " + when, .statusRetry), text, mark]
        case .dead:
            // What a replay has brought to its callback after all is history.
            let style: Style = delivery.lastReplay?.verdict == .succeeded ? .dim : .statusFail
            let mark = StyledText(glyphs.failure, style)
            let text = mark + StyledText(" dead", style)
            if let status = delivery.lastStatus {
                let answer = StyledText(DisplayText(" \(status)"), style)
                return [text + answer, text, mark]
            }
            guard let why = delivery.lastError, columns.showsMilliseconds else { return [text, text, mark] }
            let long = text + StyledText(" " + DisplayText(why, limit: 60), style)
            return [long.truncated(to: columns.callback, mark: glyphs.ellipsis), text, mark]
        case .held: return held(event, columns)
        case .queued: return plain(glyphs.partial, "queued", .statusInfo)
        case .waiting: return plain(glyphs.separator, "waiting", .dim)
        case .none: return plain("–", "none", .faint)
        }
    }

    /// An attempt is under way, for so long.
    private func sending(_ since: Timestamp) -> [StyledText] {
        let mark = StyledText(glyphs.partial, .statusInfo)
        let text = mark + StyledText(" sending", .statusInfo)
        // On another node's clock it may begin later.
        let seconds = max(0, now.since(since) / 1000)
        let time = seconds > 0 ? StyledText(DisplayText(" " + Words.duration(seconds)), .statusInfo) : StyledText()
        return [text + time, text, mark]
    }

    private func plain(_ mark: DisplayText, _ word: DisplayText, _ style: Style) -> [StyledText] {
        let text = StyledText(mark + " " + word, style)
        return [text, text, StyledText(mark, style)]
    }

    /// With the key that releases it, where there is room and that is what the key does.
    private func held(_ event: EventSummary, _ columns: ColumnLayout) -> [StyledText] {
        let text = StyledText(glyphs.stopped + " held", .statusFail)
        let mark = StyledText(glyphs.stopped, .statusFail)
        // A node that is lost resumes nothing.
        guard columns.showsMilliseconds, instances.loss == nil, event.instanceID == instances.current,
            let key = table[.resumeCallback]?.keys.first
        else {
            return [text, text, mark]
        }
        let hint = StyledText("  ") + StyledText(key.label(glyphs), .key) + StyledText(" resumes", .dim)
        return [text + hint, text, mark]
    }
}

extension Delivery {
    /// How the last replay ended. An error that a delivered one bears can only be that of a replay.
    fileprivate var replayOutcome: AttemptOutcome? {
        if let lastReplay { return lastReplay.outcome }
        guard state == .delivered, let lastError else { return nil }
        return lastStatus.map { .response(status: $0) } ?? .failure(lastError)
    }
}
