import Domain
import Drawing
import EngineAPI
import Interface
import Primitives

/// Reports what happens in sentences, one a line: for pipes, files, screen readers and dumb terminals.
actor PlainReporter {
    private static let pageSize = 200
    /// Deliveries whose further fate is reported; older ones are history.
    private static let maximumFollowed = 4096

    private let source: PlainSource
    /// Polls that somebody makes beside the schedule.
    private let extraPolls: ExtraPolls?
    private let write: @Sendable (DisplayText) throws -> Void
    private var last: Int64 = 0
    private var open: [Int64: EventSummary] = [:]
    private let start: Timestamp
    /// Replays that were reported, by their notification.
    private var replays: [Int64: Timestamp] = [:]
    private var words: [InstanceID: String] = [:]
    private var callbacks: [InstanceID: String] = [:]
    /// Events that are reported.
    private var filter = EventFilter()
    private var instance: InstanceID?
    private var isPaused = false

    init(
        source: PlainSource,
        start: Timestamp = .now(),
        extraPolls: ExtraPolls? = nil,
        write: @escaping @Sendable (DisplayText) throws -> Void
    ) {
        self.source = source
        self.start = start
        self.extraPolls = extraPolls
        self.write = write
    }

    /// Reports until the engine stops or nobody reads any more.
    func run(notices: AsyncStream<EngineNotice>) async throws {
        last = try await source.events(PageRequest(limit: 1)).first?.sequence ?? 0
        try await reportInstances()
        for await notice in notices {
            do { try await report(notice) } catch let error as ClientError where error.mayPass {
                // The node is lost. When it is back, its notices say to look at all of this again.
            }
        }
    }

    // MARK: What is reported

    /// Reports only events that the filter finds.
    func report(only filter: EventFilter) { self.filter = filter }

    /// Reports only what is about an instance; nil: about all.
    func report(of instance: InstanceID?) { self.instance = instance }

    /// While it is paused events pass unreported; what becomes of reported ones is still said.
    func pause(_ isPaused: Bool) { self.isPaused = isPaused }

    /// Somebody else said how a replay ended.
    func markReported(_ replay: Attempt) { replays[replay.notificationID] = replay.startedAt }

    // MARK: Reporting

    private func report(_ notice: EngineNotice) async throws {
        switch notice {
        case .stored: try await reportEvents()
        case .deliveries(let ids): try await reportDeliveries(ids)
        case .instance, .instancesChanged: try await reportInstances()
        }
    }

    private func reportEvents() async throws {
        // Those that the filter leaves out are passed as well.
        let newest = try await source.events(PageRequest(limit: 1)).first?.sequence ?? 0
        while !isPaused {
            var page = PageRequest(direction: .oldestFirst, after: last, limit: Self.pageSize, filter: filter)
            if let instance { page.filter.instanceIDs = [instance] }
            let events = try await source.events(page)
            for event in events {
                last = event.sequence
                try write(PlainSentence.event(event))
                if let delivery = event.delivery, delivery.state.isOpen { follow(event, delivery) }
            }
            if events.count < Self.pageSize { break }
        }
        last = max(last, newest)
    }

    private func follow(_ event: EventSummary, _ delivery: Delivery) {
        if open.count >= Self.maximumFollowed, let oldest = open.keys.min() { open[oldest] = nil }
        open[delivery.notificationID] = event
    }

    private func reportDeliveries(_ ids: [Int64]) async throws {
        try await reportEvents()
        let changed = ids.isEmpty ? Array(open.keys) : ids.filter { open[$0] != nil }
        let others = ids.filter { open[$0] == nil }
        for id in changed.sorted() {
            guard let known = open[id] else { continue }
            let detail = try await source.event(known.sequence)
            guard let delivery = detail.delivery,
                delivery.state != known.delivery?.state || delivery.attempts != known.delivery?.attempts
            else { continue }
            try write(PlainSentence.delivery(delivery, detail.attempts, of: known))
            if delivery.state.isOpen { open[id] = known.with(delivery) } else { open[id] = nil }
        }
        if ids.isEmpty { try await reportReplays() } else { try await reportReplays(others) }
        try await reportInstances()
    }

    /// Replays of deliveries that have ended: news of a delivery that is not followed is news of one of those. A
    /// notification's number is the sequence of its first event.
    private func reportReplays(_ ids: [Int64]) async throws {
        for id in ids.sorted() {
            // One that retention or a deleted instance took meanwhile has nothing to report.
            guard let detail = try? await source.event(id), let replay = detail.delivery?.lastReplay else { continue }
            let event = detail.event
            try report(replay, of: "\(event.change.rawValue) \(event.object) \(event.recordID)", notification: id)
        }
    }

    /// Where the notice names none: the newest events that were ever replayed, as many as are followed.
    private func reportReplays() async throws {
        var page = PageRequest(limit: Self.pageSize)
        page.filter.replays = [.succeeded, .failed]
        for _ in 0..<(Self.maximumFollowed / Self.pageSize) {
            let events = try await source.events(page)
            for event in events {
                guard let delivery = event.delivery, open[delivery.notificationID] == nil,
                    event.sequence == delivery.notificationID, let replay = delivery.lastReplay
                else { continue }
                let what = "\(event.change.rawValue) \(event.object) \(event.recordID)"
                try report(replay, of: what, notification: delivery.notificationID)
            }
            guard events.count == Self.pageSize, let last = events.last else { return }
            page.after = last.sequence
        }
    }

    private func report(_ replay: ReplayOutcome, of event: String, notification: Int64) throws {
        guard replay.at >= start, replays[notification] != replay.at else { return }
        if replays.count >= Self.maximumFollowed { replays = [:] }
        replays[notification] = replay.at
        try write(PlainSentence.replay(replay, of: event))
    }

    private func reportInstances() async throws {
        for instance in try await source.instances() where self.instance == nil || instance.id == self.instance {
            if words[instance.id] != instance.source.word {
                words[instance.id] = instance.source.word
                try write(PlainSentence.source(instance, extraPolls: extraPolls))
            }
            let callback = PlainSentence.callbackWord(instance.callback)
            if let callback, callbacks[instance.id] != callback {
                callbacks[instance.id] = callback
                try write(PlainSentence.callback(instance))
            }
        }
    }
}
