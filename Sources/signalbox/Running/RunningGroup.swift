import Primitives
import ServiceLifecycle

/// A service group in the background, which can be stopped and waited for.
final class RunningGroup: Sendable {
    private let group: ServiceGroup
    private let task = Locked<Task<Void, Never>?>(nil)

    init(_ group: ServiceGroup) { self.group = group }

    /// Runs it; `ended` hears why it ended, nil for no fault.
    func start(_ ended: @escaping @Sendable ((any Error)?) -> Void) {
        let group = group
        let running = Task {
            do {
                try await group.run()
                ended(nil)
            } catch {
                ended(error)
            }
        }
        task.withLock { $0 = running }
    }

    /// Lets it finish what is in flight and returns when it has.
    func stop() async {
        guard let running = task.withLock({ $0 }) else { return }
        await group.triggerGracefulShutdown()
        await running.value
    }
}
