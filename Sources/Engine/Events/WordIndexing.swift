import EngineAPI
import Logging
import Primitives
import Store
import Synchronization

/// Gives the index of words what it lacks, a little at a time: after the start until it is whole, then as often as enough was
/// stored. Between two steps it rests as long as a step took, so that whoever stores or delivers comes first; while nothing
/// is stored it sleeps.
final class WordIndexing: Sendable {
    private let store: any WordIndexStore
    private let notices: NoticeHub
    private let clock = ContinuousClock()
    private let logger: Logger
    /// Events that were stored since the index was last looked at.
    private let waiting = Atomic<Int64>(0)
    private let bells: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(store: any WordIndexStore, notices: NoticeHub, logger: Logger) {
        self.store = store
        self.notices = notices
        self.logger = logger
        (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// So many events were stored; costs next to nothing.
    func stored(_ events: Int) {
        let count = Int64(clamping: events)
        let (before, after) = waiting.wrappingAdd(count, ordering: .relaxed)
        if before < WordIndexState.trail, after >= WordIndexState.trail { bell.yield() }
    }

    /// Until it is cancelled.
    func run() async {
        store.onWordsLost { [bell] in bell.yield() }
        await catchUp()
        for await _ in bells {
            waiting.store(0, ordering: .relaxed)
            await catchUp()
        }
    }

    /// Where a step fails, the next events that are stored bring the next one.
    private func catchUp() async {
        var said: Int?
        while !Task.isCancelled {
            let begin = clock.now
            do {
                let state = try await store.indexWords()
                if state.percent != said {
                    if said == nil {
                        logger.notice("Searches are slow until words are indexed: \(state.rest.counted("event"))")
                    } else if state.percent == nil {
                        logger.notice("All words are indexed")
                    }
                    said = state.percent
                    // Nothing was stored, but searches say how far it is.
                    notices.post(.stored(count: 0, lastSequence: state.stored?.upperBound ?? 0))
                }
                if state.isUpToDate { return }
                try await clock.sleep(for: max(clock.now - begin, .milliseconds(1)))
            } catch is CancellationError {
                return
            } catch {
                logger.warning("Words of new events are not in the index yet, so searches look at them: \(error)")
                return
            }
        }
    }
}
