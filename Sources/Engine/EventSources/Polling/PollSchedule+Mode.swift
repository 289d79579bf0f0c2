import Domain

extension PollSchedule.Mode {
    /// How an instance is polled.
    init(_ instance: Instance, _ options: EngineOptions) {
        let configuration = instance.configuration
        guard instance.isActive else {
            self = .off
            return
        }
        self =
            switch configuration.eventType {
            case .polling: .polling(configuration.refreshInterval)
            // Another source brings the news.
            default: .listening(configuration.reconcileMinutes ?? options.reconcileEvery)
            }
    }
}
