extension Org {
    /// Random changes a second that the configuration asks for.
    package var activityRate: Double { withState { $0.configuration.rate } }

    /// Makes so many random business changes, each in its own transaction.
    package func act(times: Int = 1) {
        withState { state in
            for _ in 0..<times { state.actAtRandom() }
        }
    }
}
