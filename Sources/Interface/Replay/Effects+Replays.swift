import Domain
import Drawing
import Primitives

extension Effects {
    /// Asks before a bulk replay of so many events, and begins it after a yes, under the number of the request.
    mutating func askToReplay(
        _ count: Int64,
        called name: String = "event",
        of instance: InstanceID,
        _ filter: EventFilter,
        rate: Int,
        request: Int,
        _ context: DashboardContext
    ) {
        let time = "about \(Words.duration(ReplayPace.seconds(for: count, at: rate)))"
        let wait = context.callbackHold(instance).map { ". They wait for the callback (\($0))" }
        ask(
            "Replay \(Words.count(count, name))?",
            "\(count.grouped) \(count == 1 ? "event goes" : "events go") to "
                + "\(context.instances.callbackHost(of: instance)) once more, oldest first, at most \(rate) a second"
                + "\(wait ?? ": \(time)"). Event ids stay, signatures are new.",
            verb: "Replay",
            then: [
                .post(ReplaysConfirmed(request: request)),
                .command(.createReplays(request: request, instance, filter, rate: rate)),
            ],
            otherwise: [.post(Self.notReplayed(context))]
        )
    }

    /// Enter on a Cancel is easily taken for a yes.
    static func notReplayed(_ context: DashboardContext) -> Announcement {
        Announcement(severity: .info, text: "Nothing was replayed; at the question, \(context.key(.confirm)) does it.")
    }
}

/// Posted once a person has said yes to a bulk replay.
struct ReplaysConfirmed: DashboardEvent {
    let request: Int
}
