import Domain
import EngineAPI
import Synchronization

/// One subscriber's merged news.
final class NoticeSubscriber: Sendable {
    private struct State {
        var pending = PendingNotices()
        var waiting: CheckedContinuation<EngineNotice?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func post(_ notice: EngineNotice) {
        let delivery = state.withLock { state -> (CheckedContinuation<EngineNotice?, Never>, EngineNotice)? in
            guard !state.isClosed else { return nil }
            state.pending.merge(notice)
            guard let waiting = state.waiting, let next = state.pending.next() else { return nil }
            state.waiting = nil
            return (waiting, next)
        }
        if let (continuation, next) = delivery { continuation.resume(returning: next) }
    }

    func next() async -> EngineNotice? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> EngineNotice?? in
                if let next = state.pending.next() { return .some(next) }
                if state.isClosed || state.waiting != nil { return .some(nil) }
                state.waiting = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }
}

/// News that were not taken yet, merged so that they stay few however long nobody looks.
struct PendingNotices: Sendable {
    static let deliveriesLimit = 1000

    private var stored: (count: Int, lastSequence: Int64)?
    private var deliveries: Set<Int64> = []
    private var tooManyDeliveries = false
    private var instances: [InstanceID] = []
    private var instancesChanged = false

    mutating func merge(_ notice: EngineNotice) {
        switch notice {
        case .stored(let count, let lastSequence):
            stored = ((stored?.count ?? 0) + count, max(stored?.lastSequence ?? lastSequence, lastSequence))
        case .deliveries(let ids):
            if ids.isEmpty { tooManyDeliveries = true }
            if !tooManyDeliveries { deliveries.formUnion(ids) }
            if deliveries.count > Self.deliveriesLimit { tooManyDeliveries = true }
            if tooManyDeliveries { deliveries = [] }
        case .instance(let id): if !instances.contains(id) { instances.append(id) }
        case .instancesChanged: instancesChanged = true
        }
    }

    mutating func next() -> EngineNotice? {
        if instancesChanged {
            instancesChanged = false
            return .instancesChanged
        }
        if !instances.isEmpty { return .instance(instances.removeFirst()) }
        if let news = stored {
            stored = nil
            return .stored(count: news.count, lastSequence: news.lastSequence)
        }
        guard tooManyDeliveries || !deliveries.isEmpty else { return nil }
        let ids = tooManyDeliveries ? [] : deliveries.sorted()
        deliveries = []
        tooManyDeliveries = false
        return .deliveries(ids)
    }
}
