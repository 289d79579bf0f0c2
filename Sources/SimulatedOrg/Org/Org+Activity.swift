extension Org {
    /// Random changes a second that the configuration asks for.
    package var activityRate: Double { perform { $0.settings.configuration.rate } }

    /// Makes so many random business changes, each in its own transaction.
    package func act(times: Int = 1) {
        perform { services in
            for _ in 0..<times { services.activity.actAtRandom() }
        }
    }
}
