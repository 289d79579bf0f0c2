import Drawing

extension ActionTable {
    /// Bulk replays.
    static let bulk: [Action] = [
        Action(
            .replayMany,
            [.character("R")],
            "Replay many events, by a filter",
            hint: "replay many",
            in: [.events, .detail]
        ),
        Action(
            .replayJobs,
            [.character("J")],
            "Show the bulk replays; pause or cancel them",
            hint: "bulk replays",
            in: [.everywhere]
        ),
    ]
}
