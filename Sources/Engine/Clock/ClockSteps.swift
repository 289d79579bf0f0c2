import Domain
import Logging
import Primitives
import Store

/// Brings to the disk by how much the machine's clock was set. What is due is stored by the clock that nobody sets, and
/// the next start must know what that is to its own.
actor ClockSteps {
    private let store: any ClockStore
    private let clock: any EngineClock
    private let logger: Logger
    private var saved: Int64 = 0

    init(store: any ClockStore, clock: any EngineClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    /// Asked after all that a program does by itself, and at its end; costs nothing while nobody sets the clock.
    func save() async {
        let step = clock.now.since(clock.due)
        guard abs(step - saved) >= 1000 else { return }
        do {
            try await store.saveClockStep(step)
            saved = step
        } catch {
            // Tried again the next time; what else was stored stays stored.
            logger.error("The clock's step can't be stored", metadata: ["error": "\(error)"])
        }
    }
}
