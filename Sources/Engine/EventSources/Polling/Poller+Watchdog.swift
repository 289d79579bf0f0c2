import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce

/// A poll that hangs is cancelled; one that does not even end then is given up, and the next one begins by the schedule.
extension Poller {
    /// From one sign of life of a poll to the next: a request with everything that an org may take for its answer.
    static let longestStep =
        Limit.connect.milliseconds + Limit.queryHead.milliseconds + Limit.answer.milliseconds
    /// Milliseconds that a cancelled poll gets to end.
    static let lastGrace: Int64 = 5000

    func watch() {
        guard activity == nil else { return }
        activity = context.watchdog.watch(.poller, of: id) { [weak self] in await self?.beginAnew() }
    }

    /// What the poller waits for between two polls.
    func reportWait() {
        if current != nil { return }
        guard timer != nil, let next = schedule.next else {
            activity?.rests()
            return
        }
        activity?.waits("waiting for its next poll", by: next)
    }

    /// Cancels what hangs, or sets a timer anew that did not fire.
    func beginAnew() async {
        // It may have moved, or a person may have been faster.
        guard !isStopped, !isSuspended, activity?.isOverdue == true else { return }
        guard let turn, let task = current else { return arm() }
        turn.condemn("The poll hung and was given up.")
        task.cancel()
        do {
            try await context.clock.sleep(until: context.clock.due.advanced(byMilliseconds: Self.lastGrace))
        } catch { return }
        abandon(turn)
    }

    /// Lets a poll that is overdue go, because a person asks for something else; what follows gets its own time.
    func dropHungPoll() {
        guard let turn, activity?.isOverdue == true, !isStoring else { return }
        activity?.rests()
        turn.condemn("The poll hung and was given up.")
        current?.cancel()
        abandon(turn)
    }

    /// A page that is in the store's hands may still be stored, so that no other poll may begin until it is known.
    private func abandon(_ turn: PollTurn) {
        guard turn === self.turn, !isStoring else { return }
        let reason = turn.condemnation ?? ""
        schedule.failed(.transient, reason, at: context.clock.due, random: context.options.random())
        ended(turn)
        turn.giveUp(SalesforceError(.transient, reason + " It is tried again by itself."))
        context.logger.warning("A poll that hangs was left behind", metadata: ["instance": "\(id)"])
    }

    /// Hears of each request of a poll; what a poll that is over still does is no sign of life of its successor.
    func observer(of turn: PollTurn) -> OrgObserver {
        context.watchdog.orgObserver(for: id) { [activity, clock = context.clock] words in
            guard !turn.isOver else { return }
            let now = clock.due
            let due = now.advanced(byMilliseconds: Self.longestStep)
            if let words {
                turn.waits(at: now)
                activity?.waits(words, by: due)
            } else {
                turn.moved()
                activity?.moved("working on what came", by: due)
            }
        }
    }
}
