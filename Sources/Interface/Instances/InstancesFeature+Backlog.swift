import Domain
import Drawing
import EngineAPI
import Primitives

/// What of a long past is still to be read: how far that is, and what people do with it.
extension InstancesFeature {
    func backlogObstacle(_ context: DashboardContext) -> String? {
        directory.instance?.backfills.isEmpty == false ? nil : "No long past is left to be read."
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
            "Read no more of the past?",
            "What was not read yet of \(names) is not reported; a later change of such a record is reported as an update.",
            verb: "Cancel it",
            then: [.command(.changeBacklogs(instance.id, .cancel))]
        )
    }

    func say(
        backlogs change: BacklogChange,
        _ result: Result<Done, Failure>,
        _ context: DashboardContext,
        _ effects: inout Effects
    ) {
        switch result {
        case .success:
            let sentence =
                switch change {
                case .pause: "The past is not read on until the same command goes on with it; polls go on."
                case .resume: "The past is read on."
                case .cancel: "No more of the past is read; polls go on."
                }
            effects.say(.info, sentence, about: .source)
        case .failure(let failure): effects.say(.failure, failure.sentence)
        }
    }

    /// How far the first of them is, and how many follow.
    func progress(width: Int, _ context: DashboardContext) -> [ProgressLine] {
        guard !directory.isEngineStopped, let instance = directory.instance, let first = instance.backfills.first else {
            return []
        }
        var head = StyledText(context.glyphs.partial + " backlog ", .statusInfo)
        head.append(DisplayText(first.object) + " ")
        var facts = [StyledText(DisplayText(first.countWords))]
        if first.isPaused {
            facts.append(StyledText("paused", .statusWarn))
        } else if let problem = first.problem {
            facts.append(StyledText(DisplayText(problem, limit: 200), .statusWarn))
        } else if let left = first.secondsLeft {
            facts.append(StyledText(DisplayText("\(Words.duration(left)) left")))
        }
        if let rate = first.rowsPerSecond, !first.isPaused {
            facts.append(StyledText(DisplayText("\(rate.grouped)/s"), .dim))
        }
        let more = instance.backfills.count - 1
        if more > 0 {
            facts.append(StyledText(DisplayText("then \(more) more \(more == 1 ? "object" : "objects")"), .dim))
        }
        if first.calls > 0 { facts.append(StyledText(DisplayText(Words.count(first.calls, "API call")), .dim)) }
        head += ProgressBar.line(first.share, facts: facts, width: width - head.width, glyphs: context.glyphs)
        return [ProgressLine(text: head, target: .focusForm)]
    }
}

extension BackfillProgress {
    var share: Double { total.map { $0 > 0 ? min(1, Double(rows) / Double($0)) : 0 } ?? 0 }

    /// `1 200 of about 5 000 records`.
    var countWords: String {
        guard let total else { return Words.count(rows, "record") }
        return "\(rows.grouped) of about \(Words.count(total, "record"))"
    }
}
