import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce
import Store

/// Reads what polls left to be read beside them; see the article LongBacklogs of the target Salesforce.
extension Poller {
    /// Begins to read, if there is something to read and nobody does.
    func beginBacklogs() {
        guard mayReadBacklogs, backlog.task == nil, hasOpenBacklog else { return }
        backlog.task = Task { await self.readBacklogs() }
    }

    /// Ends the reading; a page that is in the store's hands is waited for.
    func endBacklogs() async {
        guard let task = backlog.task else { return }
        task.cancel()
        await task.value
    }

    /// Ends a wait, so that it is looked again what there is to do.
    func wakeBacklogs() { backlog.sleep?.cancel() }

    private var mayReadBacklogs: Bool { hasStarted && !isStopped && !isSuspended && instance.isActive }

    private var hasOpenBacklog: Bool {
        instance.configuration.watchedObjects.contains { backlog.isOpen($0.lowercased()) }
    }

    private func nextBacklog(at now: Timestamp) -> String? {
        instance.configuration.watchedObjects.first { backlog.isDue($0.lowercased(), at: now) }
    }

    private func readBacklogs() async {
        while !Task.isCancelled, mayReadBacklogs, hasOpenBacklog {
            let now = context.clock.due
            guard let object = nextBacklog(at: now) else {
                await waitForBacklogs(until: backlog.nextTry ?? now)
                continue
            }
            // Calls that are better left to polls.
            let width = backlog.width(instance.configuration.backlogQueries, at: now)
            let wait = budget.wait(before: width * BacklogWork.pages, now: now)
            if let until = backlog.hold(for: wait, at: now) {
                await waitForBacklogs(until: until)
                continue
            }
            await readOn(object)
        }
        backlog.task = nil
        // What ended it may be over by now.
        beginBacklogs()
    }

    private func waitForBacklogs(until moment: Timestamp) async {
        context.notices.post(.instance(id))
        let sleep = Task { [clock = context.clock] in
            do { try await clock.sleep(until: moment) } catch {}
        }
        backlog.sleep = sleep
        await withTaskCancellationHandler {
            await sleep.value
        } onCancel: {
            sleep.cancel()
        }
        backlog.sleep = nil
    }

    private func readOn(_ object: String) async {
        let key = object.lowercased()
        let rows = backlog.backlogs[key]?.rows
        do {
            if let traces = context.intake.traces {
                try await traces.backlog(of: id, object: object) { try await self.readRound(of: object) }
            } else {
                try await readRound(of: object)
            }
            backlog.succeeded(key)
        } catch is CancellationError {
            // Stopped, or paused or cancelled by a person: the loop sees which.
            await Task.yield()
        } catch {
            let hasMoved = rows != backlog.backlogs[key]?.rows
            backlog.failed(key, error, hasMoved: hasMoved, at: context.clock.due)
            context.logger.warning(
                "Reading a backlog paused",
                metadata: ["instance": "\(id)", "object": "\(object)", "error": "\(error)"]
            )
        }
        context.notices.post(.instance(id))
    }

    /// Reads on in some parts side by side, some pages of each.
    private func readRound(of object: String) async throws {
        try context.store.admitWork()
        let key = object.lowercased()
        let now = context.clock.due
        let width = backlog.width(instance.configuration.backlogQueries, at: now)
        backlog.begin(at: now)
        // A poll that leaves more to it while it is stored has to find the parts as they are.
        let parts = await gate.run {
            backlog.backlogs[key]?.spread(over: width)
            return backlog.backlogs[key]?.parts.prefix(width) ?? []
        }
        // The first page shows where there are rows, so that there is something to part.
        let isFirst = backlog.backlogs[key]?.rows == 0
        let readsFields = !backlog.hasFields.contains(key)
        let (record, session) = (records[key], watched.session)
        let reportTouches = instance.configuration.reportTouches
        try await withThrowingTaskGroup(of: Void.self) { [id, context] group in
            for part in parts {
                let request = BacklogRequest(
                    instanceID: id,
                    object: object,
                    record: record,
                    part: part,
                    pages: isFirst ? 1 : BacklogWork.pages,
                    readsFields: readsFields,
                    reportTouches: reportTouches
                )
                group.addTask {
                    try await session.read(request) { name, question in
                        try await context.store.answer(question, of: id, object: name)
                    } store: { page, place in
                        try await self.store(page, of: object, part: part.id, to: place)
                    }
                }
            }
            try await group.waitForAll()
        }
        backlog.hasFields.insert(key)
    }

    // MARK: What people do with it

    /// Pauses, resumes or cancels what is left to be read of an object, or of all of them.
    func change(_ change: BacklogChange, of object: String?) async throws {
        let known = instance.configuration.watchedObjects.filter { name in
            object.map { $0.lowercased() == name.lowercased() } ?? true
        }
        guard known.contains(where: { backlog.backlogs[$0.lowercased()] != nil }) else {
            throw ClientError(.conflict, "\(object ?? "This instance") has no backlog.")
        }
        try await gate.run {
            var backlogs: [String: Backlog] = [:]
            var baselines: [String: Timestamp] = [:]
            var positions: [PollerRecord] = []
            for name in known {
                let key = name.lowercased()
                guard var next = backlog.backlogs[key] else { continue }
                switch change {
                case .pause: next.isPaused = true
                case .resume: next.isPaused = false
                case .cancel:
                    // What was not read counts as what was there before.
                    if let end = next.end, var record = records[key] {
                        let baseline = max(record.baseline ?? end, end)
                        record.baseline = baseline
                        baselines[key] = baseline
                        positions.append(record)
                    }
                    next = Backlog()
                }
                backlogs[key] = next
                positions.append(next.position(id, of: name))
            }
            try await context.store.savePollerRecords(positions)
            watched.stored(positions)
            for (key, next) in backlogs {
                backlog.backlogs[key] = next.isDone ? nil : next
                backlog.retry(key)
            }
            for (key, baseline) in baselines { records[key]?.baseline = baseline }
            // A poll that is running, since before or since the store was asked, stores the baseline that it began with.
            amendments.baselines.merge(baselines) { max($0, $1) }
        }
        context.notices.post(.instance(id))
        wakeBacklogs()
        beginBacklogs()
    }

    var backlogProgress: [BackfillProgress] {
        let now = context.clock.due
        return instance.configuration.watchedObjects.compactMap { object in
            backlog.backlogs[object.lowercased()]?
                .progress(of: object, problem: backlog.problem(of: object, at: now))
        }
    }
}
