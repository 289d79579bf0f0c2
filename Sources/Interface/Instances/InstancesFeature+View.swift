import Domain
import Drawing
import EngineAPI
import Primitives

extension InstancesFeature {
    func facts(_ context: DashboardContext) -> [HeaderFact] {
        [scheduleFact(context), callbackFact(context), usageFact, nodeFact(context)].compactMap { $0 }
    }

    /// Where the engine is, if not here.
    private func nodeFact(_ context: DashboardContext) -> HeaderFact? {
        guard let node = context.node else { return nil }
        let text = StyledText("attached to ", .dim) + StyledText(DisplayText(node, limit: 60))
        let host = HTTPAddress.authority(of: node) ?? node
        let brief = StyledText("at ", .dim) + StyledText(DisplayText(host, limit: 60))
        return HeaderFact(position: .node, text: text, expendability: 2, brief: brief)
    }

    private func scheduleFact(_ context: DashboardContext) -> HeaderFact? {
        guard let instance = directory.instance, !directory.isEngineStopped, directory.loss == nil,
            instance.configuration.eventType == .polling, instance.configuration.eventsEnabled, !instance.isDisabled
        else { return nil }
        // While something is wrong, when it is tried again says more than when it worked.
        let isWell = context.sourceHealth.role == .statusOK
        func fact(_ text: StyledText, action: ActionID? = .pollNow) -> HeaderFact {
            HeaderFact(position: .schedule, text: text, expendability: isWell ? 3 : 1, action: action)
        }
        // Said all the time: polls that follow each other so closely would only flicker.
        if let seconds = context.extraPolls {
            return fact(StyledText("polled every ", .dim) + StyledText(DisplayText("\(seconds) s")))
        }
        if instance.isPolling || directory.polling.contains(instance.id) {
            return fact(StyledText("polling…", .statusInfo), action: nil)
        }
        guard let next = instance.nextPoll else { return nil }
        let words: DisplayText = isWell ? "next poll " : "next try at "
        return fact(StyledText(words, .dim) + StyledText(context.clock(next)))
    }

    private func callbackFact(_ context: DashboardContext) -> HeaderFact? {
        // How it was last says nothing of how it is.
        guard directory.silence == nil, let health = context.callbackHealth else { return nil }
        let text = StyledText("callback ", .dim) + StyledText(health.glyph + " " + health.word, Style(health.role))
        return HeaderFact(position: .callback, text: text, expendability: 1)
    }

    private var usageFact: HeaderFact? {
        guard directory.loss == nil, let usage = directory.instance?.apiUsage, usage.allowed > 0 else { return nil }
        let tenths = usage.used.multiplied(saturating: 1000) / usage.allowed
        let role: StyleRole = tenths >= 900 ? .statusFail : tenths >= 700 ? .statusWarn : .text
        let text = StyledText("API ", .dim) + StyledText(DisplayText("\(tenths / 10).\(tenths % 10) %"), Style(role))
        return HeaderFact(position: .usage, text: text, expendability: 4)
    }
}
