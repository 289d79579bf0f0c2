import Domain
import Drawing
import EngineAPI
import Primitives

extension ReplayFeature {
    /// Marked events that are being read, to go to another URL.
    struct Reading: Sendable {
        /// Below zero, so that no other reader of marks takes the answer for its own.
        let token: Int
        let url: String
        let request: PageRequest
        var isAsked = false
    }

    func elsewhereObstacle(_ context: DashboardContext) -> String? {
        if elsewhere != nil { return nil }
        if reading != nil { return "The marked events are being read." }
        guard Self.replaysMarked(context) else {
            guard let event = context.subject else { return context.missingSubject("Select an event to replay first.") }
            return context.replayObstacle(of: event, elsewhere: true)
        }
        guard context.instance != nil else { return context.noInstance }
        let count = context.marked.count(shown: context.shownTotal) ?? 0
        return count > ReplaysElsewhere.most ? Self.tooMany : nil
    }

    private static var tooMany: String {
        "No more than \(ReplaysElsewhere.most) events go to another URL at once; filter the list, or mark fewer of them."
    }

    /// Asks for the URL; while marked events go to one, whether that shall end.
    func openElsewhere(_ context: DashboardContext, _ effects: inout Effects) {
        if let elsewhere {
            effects.ask(
                "Send no more of them?",
                "\(elsewhere.done) of \(Words.count(Int64(elsewhere.total), "marked event")) went to \(elsewhere.url) so far.",
                verb: "Stop",
                refusal: "Go on",
                then: [.post(ReplaysElsewhereStopped())]
            )
        } else if Self.replaysMarked(context) {
            let count = context.marked.count(shown: context.shownTotal)
            effects.open(ReplayTarget(.marked(count), history: urls.history))
        } else if let event = context.subject {
            if context.focus == .events, context.isFollowing { effects.perform(.follow) }
            effects.open(ReplayTarget(.one(event), history: urls.history))
        }
    }

    mutating func begin(_ wanted: MarkedReplayWanted, _ context: DashboardContext) {
        let marks = context.marked
        guard let instance = context.instances.current, elsewhere == nil, reading == nil else { return }
        guard marks.matching != nil else {
            let events = marks.events.map { ReplaysElsewhere.Event(sequence: $0, eventID: $1.eventID) }
            elsewhere = ReplaysElsewhere(events, to: wanted.url)
            return
        }
        var filter = marks.filter
        filter.instanceIDs = [instance]
        lastReading -= 1
        let request = PageRequest(direction: .oldestFirst, limit: ReplaysElsewhere.most + 1, filter: filter)
        reading = Reading(token: lastReading, url: wanted.url, request: request)
    }

    mutating func readingLoad() -> Command? {
        guard let reading, !reading.isAsked else { return nil }
        self.reading?.isAsked = true
        return .loadMarks(token: reading.token, reading.request)
    }

    mutating func accept(marks token: Int, _ result: Result<[EventSummary], Failure>, _ effects: inout Effects) {
        guard let reading, reading.token == token else { return }
        self.reading = nil
        switch result {
        case .failure(let failure):
            let words = "The marked events can't be read, nothing was sent: \(failure.sentence)"
            effects.say(.failure, words, on: .replayingMarked)
        case .success(let page):
            guard page.count <= ReplaysElsewhere.most else { return effects.say(.warning, Self.tooMany) }
            guard !page.isEmpty else { return effects.say(.warning, "None of the marked events is there any more.") }
            let events = page.map { ReplaysElsewhere.Event(sequence: $0.sequence, eventID: $0.eventID) }
            elsewhere = ReplaysElsewhere(events, to: reading.url)
        }
    }

    mutating func accept(replayed sequence: Int64, _ result: Result<Attempt, Failure>) {
        let failure: String? =
            switch result {
            case .success(let attempt): attempt.failureSentence
            case .failure(let failure): failure.sentence
            }
        elsewhere?.accept(sequence, failure: failure)
    }

    /// Sends the next, or says how they went.
    mutating func settle(_ context: DashboardContext, _ effects: inout Effects) {
        guard let url = elsewhere?.url else { return }
        if let next = elsewhere?.next(besides: context.replaying) {
            effects.post(ReplayWanted(next, callbackURL: url))
        }
        guard let ended = elsewhere, ended.isOver else { return }
        elsewhere = nil
        report(ended, &effects)
    }

    private func report(_ ended: ReplaysElsewhere, _ effects: inout Effects) {
        let rest = Int64(ended.total - ended.done)
        let last = ended.lastError.map { Words.sentence(" The last failure: \($0)") } ?? ""
        let what = "Replayed \(Words.count(Int64(ended.done), "event")) to \(ended.url)"
        if ended.hasGivenUp {
            effects.say(
                .failure,
                "\(what): the last \(ReplaysElsewhere.patience) failed, so the other \(Words.count(rest, "event")) "
                    + "\(rest == 1 ? "was" : "were") not sent.\(last)",
                on: .replayingMarked
            )
        } else if ended.failed > 0 {
            effects.say(.failure, "\(what): \(ended.failed) failed.\(last)", on: .replayingMarked)
        } else if ended.isStopped {
            effects.say(.info, "\(what); \(rest.grouped) \(rest == 1 ? "was" : "were") not sent, as you asked.")
        } else {
            let words = "\(what); \(ended.succeeded == 1 ? "it was" : "all were") taken."
            effects.say(.success, words, on: .replayingMarked)
        }
    }

    /// `◐ to https://… ━━━━── 28 %  34 of 120  3 failed  U stops`
    func elsewhereProgress(width: Int, _ context: DashboardContext) -> ProgressLine? {
        guard let elsewhere else { return nil }
        let head = StyledText(context.glyphs.partial + " replaying ", .statusInfo)
        let key = context.table.keyName(.replayElsewhere, context.glyphs)
        let tail = key.map { StyledText("  " + $0, .key) + StyledText(" stops", .dim) } ?? StyledText()
        var facts = [StyledText(DisplayText("\(elsewhere.done) of \(elsewhere.total)"))]
        if elsewhere.failed > 0 { facts.append(StyledText(DisplayText("\(elsewhere.failed) failed"), .statusFail)) }
        facts.append(StyledText(DisplayText("to \(elsewhere.url)", limit: 80), .dim))
        let room = width - head.width - tail.width
        let bar = ProgressBar.line(elsewhere.share, facts: facts, width: room, glyphs: context.glyphs)
        return ProgressLine(text: head + bar + tail, target: .replayElsewhere)
    }
}

/// Posted once a person has said where the marked events shall go.
struct MarkedReplayWanted: DashboardEvent {
    let url: String
}

/// Posted once a person has said that no more shall be sent.
struct ReplaysElsewhereStopped: DashboardEvent {}
