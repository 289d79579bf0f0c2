import Domain
import Drawing
import EngineAPI
import Primitives

/// Backlogs: how far they are, and what people do with them.
extension InstancesFeature {
    func backlogObstacle(_ context: DashboardContext) -> String? {
        directory.instance?.backfills.isEmpty == false ? nil : "This instance has no backlog."
    }

    /// All of them at once: paused, where one goes on.
    func toggleBacklogs(_ effects: inout Effects) {
        guard let instance = directory.instance else { return }
        let goesOn = instance.backfills.contains { !$0.isPaused }
        effects.send(.changeBacklogs(instance.id, goesOn ? .pause : .resume))
    }

    func askToCancelBacklogs(_ effects: inout Effects) {
        guard let instance = directory.instance else { return }
        let names = instance.backfills.map(\.object).joined(separator: ", ")
        effects.ask(
            "Cancel the backlog?",
            "What was not read yet of \(names) is not reported; a later change of such a record is reported as an update.",
            verb: "Cancel the backlog",
            refusal: "Go on",
            then: [.command(.changeBacklogs(instance.id, .cancel))]
        )
    }

    func say(
        backlogs id: InstanceID,
        _ change: BacklogChange,
        _ result: Result<Done, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch result {
        case .success:
            let sentence =
                switch change {
                case .pause:
                    "The backlog is paused; \(pauseWay(context)) goes on with it. New changes are still polled."
                case .resume: "The backlog goes on."
                case .cancel: "The backlog is cancelled; new changes are still polled."
                }
            effects.say(.info, sentence, about: .source, on: .backlogs(id))
        case .failure(let failure): effects.say(.failure, failure.sentence, on: .backlogs(id))
        }
    }

    /// Says of backlogs that are gone that they have ended, but for those that were cancelled or are no longer watched.
    mutating func sayEnded(backlogs former: [InstanceOverview], _ list: [InstanceOverview], _ effects: inout Effects) {
        for instance in list {
            let isCancelled = cancelled.contains(instance.id)
            if instance.backfills.isEmpty { cancelled.remove(instance.id) }
            guard !isCancelled, let before = former.first(where: { $0.id == instance.id }) else { continue }
            let watched = Set(instance.configuration.watchedObjects.map { $0.lowercased() })
            for backlog in before.backfills where watched.contains(backlog.object.lowercased()) {
                guard !instance.backfills.contains(where: { $0.object == backlog.object }) else { continue }
                let whose = list.count > 1 ? " of \(instance.name)" : ""
                effects.say(
                    .success,
                    "The backlog of \(backlog.object)\(whose) has ended; changes are polled from now on."
                )
            }
        }
    }

    /// How far the one is that is read, and how many others there are; and of those, why one does not go on.
    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine] {
        guard !directory.isEngineStopped, let backlogs = directory.instance?.backfills else { return [] }
        let goesOn = backlogs.first { !$0.isPaused && $0.problem == nil }
        guard let lead = goesOn ?? backlogs.first else { return [] }
        let others = backlogs.filter { $0.object != lead.object }
        let stuck = others.filter { !$0.isPaused && $0.problem != nil }
        let keys = keyWords(lead, width, context)
        let first = line(lead, others: others.count, width - keys.width, context)
        return [ProgressLine(text: first.text + keys, target: first.target)]
            + stuck.map { line($0, others: 0, width, context) }
    }

    /// `^P “backlog” pauses`, where there is room for it.
    private func keyWords(_ lead: BackfillProgress, _ width: Int, _ context: DashboardContext) -> StyledText {
        guard width >= 100 else { return StyledText() }
        let own = context.table.keyName(.pauseBacklog, context.glyphs)
        let key = StyledText(own ?? DisplayText(context.paletteKey), .key)
        let name: DisplayText = own == nil ? " “backlog”" : ""
        return StyledText("  ") + key + StyledText(name + (lead.isPaused ? " goes on" : " pauses"), .dim)
    }

    /// How a paused backlog goes on, in words that begin a clause.
    private func pauseWay(_ context: DashboardContext) -> String {
        if let key = context.table.keyName(.pauseBacklog, context.glyphs) { return key.string }
        return "“\(context.table[.pauseBacklog]?.title ?? "")” under \(context.paletteKey)"
    }

    private func line(
        _ backlog: BackfillProgress,
        others: Int,
        _ width: Int,
        _ context: DashboardContext
    ) -> ProgressLine {
        var head = StyledText(context.glyphs.partial + " backlog ", .statusInfo)
        head.append(DisplayText(backlog.object) + " ")
        var facts = [StyledText(DisplayText(backlog.countWords))]
        if backlog.isPaused {
            facts.append(StyledText("paused", .statusWarn))
        } else if let problem = backlog.problem {
            facts.append(StyledText(DisplayText(problem, limit: 200), .statusWarn))
        } else if let left = backlog.secondsLeft {
            facts.append(StyledText(DisplayText("\(Words.duration(left)) left")))
        }
        if let rate = backlog.rowsPerSecond, !backlog.isPaused {
            facts.append(StyledText(DisplayText("\(rate.grouped)/s"), .dim))
        }
        if others > 0 {
            let noun = others == 1 ? "object" : "objects"
            facts.append(StyledText(DisplayText("\(others) more \(noun)"), .dim))
        }
        if backlog.calls > 0 { facts.append(StyledText(DisplayText(Words.count(backlog.calls, "API call")), .dim)) }
        head += ProgressBar.line(backlog.share, facts: facts, width: width - head.width, glyphs: context.glyphs)
        return ProgressLine(text: head, target: .focusForm)
    }
}

extension BackfillProgress {
    /// Nil where nobody has counted how many there are.
    var share: Double? { total.map { $0 > 0 ? min(1, Double(rows) / Double($0)) : 0 } }

    /// `1 200 of about 5 000 records`.
    var countWords: String {
        guard let total else { return isBegun ? Words.count(rows, "record") : "not begun yet" }
        return "\(rows.grouped) of about \(Words.count(total, "record"))"
    }

    /// The same as a sentence has it.
    var readWords: String { isBegun ? countWords + " read" : countWords }

    private var isBegun: Bool { rows > 0 || total != nil }
}
