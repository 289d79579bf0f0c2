import Domain
import Drawing
import EngineAPI
import Interface
import Primitives

/// Does what is typed into the plain output, one command a line, and answers in sentences.
actor PlainConsole {
    /// Events that `list` names.
    private static let listed = 10

    private let engine: any EngineClient
    private let reporter: PlainReporter
    /// Polls that somebody makes beside the schedule.
    private let extraPolls: ExtraPolls?
    private let write: @Sendable (DisplayText) throws -> Void
    private let refuse: @Sendable (String) -> Void
    /// The instance that commands are about; nil: all, or the only one.
    private var instance: InstanceID?
    /// The event that a command named last; what is reported by itself never becomes the one that is replayed.
    private var named: String?
    /// Where `next-failure` stands.
    private var failure: Int64?
    /// What waits for `confirm`.
    private var question: (@Sendable () async throws -> Void)?

    init(
        engine: any EngineClient,
        reporter: PlainReporter,
        extraPolls: ExtraPolls? = nil,
        write: @escaping @Sendable (DisplayText) throws -> Void,
        refuse: @escaping @Sendable (String) -> Void
    ) {
        self.engine = engine
        self.reporter = reporter
        self.extraPolls = extraPolls
        self.write = write
        self.refuse = refuse
    }

    /// Does the commands of the lines; whether one of them was to quit.
    ///
    /// - Throws: what `write` throws, and `UsageError` from lines that can't be read.
    func run(_ lines: some AsyncSequence<String, any Error>) async throws -> Bool {
        for try await line in lines {
            do {
                guard let command = try PlainCommand(parsing: line) else { continue }
                if command.name == .quit { return true }
                try await Actor.$current.withValue(TerminalUser.actor) { try await perform(command) }
            } catch let error as any SentenceError {
                refuse("signalbox: \(error.description)")
            }
        }
        return false
    }

    private func say(_ text: String) throws { try write(DisplayText(text, limit: 2000)) }

    private func perform(_ command: PlainCommand) async throws {
        let answer = question
        question = nil
        switch command.name {
        case .filter: try await filter(command.argument)
        case .follow:
            await reporter.pause(false)
            try say("New events are reported.")
        case .pause:
            await reporter.pause(true)
            try say("New events are not reported until follow.")
        case .list: try await list(command.argument)
        case .openDetail: try await open(command.argument)
        case .nextFailure: try await nextFailure()
        case .replay: try await replay(command.argument)
        case .replayMany: try await replayMany(command.argument)
        case .confirm:
            guard let answer else { throw UsageError("Nothing was asked about; replay-many asks.") }
            try await answer()
        case .refuse: try say(answer == nil ? "Nothing was asked about." : "Left as it is.")
        case .replayJobs: try await replayJobs()
        case .pauseReplay:
            let job = try await job(command.argument)
            // Resumed, it would only begin to wait again.
            if job.waitsForCallback { return try say(PlainSentence.job(job)) }
            try say(
                PlainSentence.job(try await engine.changeReplayJob(job.id, isPaused: job.state == .running, rate: nil))
            )
        case .cancelReplay:
            try say(PlainSentence.job(try await engine.cancelReplayJob(try await job(command.argument).id)))
        case .pollNow:
            let instance = try await current()
            try say(PlainSentence.poll(try await engine.poll(instance.id), of: instance))
        case .holdCallback:
            let instance = try await current()
            try await engine.holdCallback(instance.id, reason: command.argument.isEmpty ? nil : command.argument)
            try say("Nothing is sent to the callback of \(instance.name) until resume-callback.")
        case .resumeCallback:
            let instance = try await current()
            try await engine.resumeCallback(instance.id)
            try say("The callback of \(instance.name) is tried again.")
        case .pauseBacklog:
            let instance = try await current()
            let object = command.argument.isEmpty ? nil : command.argument
            let goesOn = instance.backfills.contains { backlog in
                !backlog.isPaused && (object.map { $0.lowercased() == backlog.object.lowercased() } ?? true)
            }
            try await engine.changeBacklogs(instance.id, goesOn ? .pause : .resume, object: object)
            try say(
                goesOn
                    ? "The backlog of \(instance.name) is paused; pause-backlog goes on with it, and new changes are still polled."
                    : "The backlog of \(instance.name) is read on."
            )
        case .cancelBacklog:
            let instance = try await current()
            let object = command.argument.isEmpty ? nil : command.argument
            try await engine.changeBacklogs(instance.id, .cancel, object: object)
            try say("The backlog of \(instance.name) is cancelled; new changes are still polled.")
        case .toggleInstance:
            let instance = try await current()
            let changed = try await engine.setEnabled(instance.id, instance.isDisabled)
            try say("\(changed.name) is \(changed.isDisabled ? "disabled" : "enabled").")
        case .switchInstance: try await choose(command.argument)
        case .explain:
            for instance in try await shown() {
                try write(PlainSentence.source(instance, extraPolls: extraPolls))
                try write(PlainSentence.callback(instance))
                for sentence in ObjectProblems.sentences(instance.objectProblems) { try say(sentence) }
                for backlog in instance.backfills { try write(PlainSentence.backlog(backlog)) }
            }
        case .help:
            for name in PlainCommand.Name.allCases {
                let call = name.argument.isEmpty ? name.rawValue : "\(name.rawValue) \(name.argument)"
                try say("\(call): \(name.meaning).")
            }
        case .quit: break
        }
    }

    // MARK: Events

    private func page(_ text: String, after: Int64? = nil, limit: Int) throws -> PageRequest {
        var filter = try EventFilter(parsing: text, now: .now(), clock: LocalTime.clock)
        if let instance { filter.instanceIDs = [instance] }
        return PageRequest(after: after, limit: limit, filter: filter)
    }

    private func filter(_ text: String) async throws {
        await reporter.report(only: try page(text, limit: 1).filter)
        try say(text.isEmpty ? "All events are reported." : "Only events that \(text) finds are reported.")
    }

    private func list(_ text: String) async throws {
        let events = try await engine.events(try page(text, limit: Self.listed))
        if events.isEmpty { try say(text.isEmpty ? "There is no event yet." : "No event is found.") }
        for event in events.reversed() { try write(PlainSentence.listed(event)) }
        named = events.first?.eventID ?? named
    }

    private func open(_ id: String) async throws {
        let detail = try await engine.event(id: try event(id))
        named = detail.event.eventID
        try write(PlainSentence.listed(EventSummary(detail)))
        for change in detail.event.changedFields {
            try say("\(change.name): \(change.old ?? "nothing") became \(change.new ?? "nothing").")
        }
        if detail.event.change == .updated, detail.event.changedFields.isEmpty {
            try say(
                detail.event.isCompared
                    ? "No field holds anything else than before."
                    : "What was changed isn't known: the former values aren't."
            )
        }
        for attempt in detail.attempts { try say(PlainSentence.attempt(attempt)) }
    }

    private func nextFailure() async throws {
        let request = try page("state:dead,retrying | replay:failed", after: failure, limit: 1)
        guard let event = try await engine.events(request).first else {
            let isFirst = failure == nil
            failure = nil
            return try say(isFirst ? "Nothing has failed." : "Nothing else has failed; next-failure begins again.")
        }
        failure = event.sequence
        named = event.eventID
        try write(PlainSentence.listed(event))
    }

    private func event(_ id: String) throws -> String {
        if !id.isEmpty { return id }
        guard let named else {
            throw UsageError("Which event? Give its id, or name one with list, next-failure or open-detail first.")
        }
        return named
    }

    // MARK: Replays

    private func replay(_ id: String) async throws {
        let id = try event(id)
        let attempt = try await engine.replay(eventID: id, options: ReplayOptions())
        await reporter.markReported(attempt)
        named = id
        let how = attempt.outcome.errorText.map { "failed: \($0)" } ?? "was answered \(attempt.outcome.status ?? 200)"
        try say("The replay of \(id) \(how), in \(attempt.milliseconds.grouped) ms.")
    }

    private func replayMany(_ text: String) async throws {
        let instance = try await current()
        let filter = try EventFilter(parsing: text, now: .now(), clock: LocalTime.clock)
        let count = try await engine.previewReplays(instance.id, filter: filter).count
        guard count > 0 else { return try say("No event is found, so nothing is sent.") }
        let (engine, write) = (engine, write)
        question = {
            let job = try await engine.createReplayJob(instance.id, filter: filter, rate: ReplayJob.defaultRate)
            try write(DisplayText(PlainSentence.job(job), limit: 2000))
        }
        let wait = if case .held = instance.callback { ", once its callback is not held any more" } else { "" }
        try say(
            "\(count.grouped) \(count == 1 ? "event" : "events") of \(instance.name) would be sent again, "
                + "\(ReplayJob.defaultRate) a second\(wait); confirm sends them, refuse doesn't."
        )
    }

    private func replayJobs() async throws {
        var jobs: [ReplayJob] = []
        for instance in try await shown() { jobs += try await engine.replayJobs(instance.id) }
        if jobs.isEmpty { try say("There is no bulk replay; replay-many begins one.") }
        for job in jobs.sorted(by: { $0.id < $1.id }) { try say(PlainSentence.job(job)) }
    }

    /// The bulk replay with a number, or the only one that has not ended.
    private func job(_ number: String) async throws -> ReplayJob {
        if !number.isEmpty {
            guard let id = Int64(number) else {
                throw UsageError("A bulk replay has a number, as replay-jobs gives it.")
            }
            return try await engine.replayJob(id)
        }
        var open: [ReplayJob] = []
        for instance in try await shown() { open += try await engine.replayJobs(instance.id).filter(\.state.isOpen) }
        guard let job = open.first else { throw UsageError("No bulk replay is under way.") }
        guard open.count == 1 else {
            throw UsageError("\(open.count.grouped) bulk replays are under way; give the number that replay-jobs says.")
        }
        return job
    }

    // MARK: Instances

    private func shown() async throws -> [InstanceOverview] {
        try await engine.instances().filter { instance == nil || $0.id == instance }
    }

    private func current() async throws -> InstanceOverview {
        let all = try await shown()
        guard let first = all.first else {
            throw UsageError(instance == nil ? "There is no instance yet." : "The instance is gone; switch-instance.")
        }
        guard all.count == 1 else {
            let names = all.prefix(8).map(\.name).joined(separator: ", ")
            throw UsageError("There are \(all.count.grouped) instances; choose one with switch-instance: \(names).")
        }
        return first
    }

    private func choose(_ name: String) async throws {
        let all = try await engine.instances()
        guard !name.isEmpty else {
            instance = nil
            await reporter.report(of: nil)
            return try say("Commands and reports are about all instances: \(all.map(\.name).joined(separator: ", ")).")
        }
        let found =
            all.first { $0.name == name } ?? all.first { $0.name.lowercased() == name.lowercased() }
            ?? Int64(name).flatMap { id in all.first { $0.id == id } }
        guard let found else {
            let nearest = NearWord.find(name, among: all.map(\.name), for: .hint)
            let way = nearest.map { "did you mean \($0)?" } ?? "switch-instance alone names them."
            throw UsageError("There is no instance “\(DisplayText(name, limit: 60).string)”; \(way)")
        }
        instance = found.id
        failure = nil
        await reporter.report(of: found.id)
        try say("Commands and reports are about \(found.name).")
    }
}
