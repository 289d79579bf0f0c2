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
        guard hasStarted, !isStopped, !isSuspended, instance.isActive, backlog.task == nil, nextBacklog != nil else {
            return
        }
        backlog.task = Task { await self.readBacklogs() }
    }

    /// Ends the reading; a page that is in the store's hands is waited for.
    func endBacklogs() async {
        guard let task = backlog.task else { return }
        task.cancel()
        await task.value
    }

    private var nextBacklog: String? {
        instance.configuration.watchedObjects.first { object in
            backlog.backlogs[object.lowercased()].map { !$0.isPaused } ?? false
        }
    }

    private func readBacklogs() async {
        defer { backlog.task = nil }
        while !Task.isCancelled, !isStopped, !isSuspended, instance.isActive, let object = nextBacklog {
            let rows = backlog.backlogs[object.lowercased()]?.rows
            do {
                try await waitForBudget()
                try await readRound(of: object)
                backlog.succeeded()
            } catch is CancellationError {
                // Stopped, or paused or cancelled by a person: the loop sees which.
                await Task.yield()
            } catch {
                let hasMoved = rows != backlog.backlogs[object.lowercased()]?.rows
                let wait = backlog.failed(error, hasMoved: hasMoved, at: context.clock.due)
                context.logger.warning(
                    "Reading a backlog paused",
                    metadata: ["instance": "\(id)", "object": "\(object)", "error": "\(error)"]
                )
                context.notices.post(.instance(id))
                try? await context.clock.sleep(until: context.clock.due.advanced(byMilliseconds: wait))
            }
            context.notices.post(.instance(id))
        }
    }

    /// Waits while a share of the org's calls is spent that is better left to polls.
    private func waitForBudget() async throws {
        let now = context.clock.due
        let width = backlog.width(instance.configuration.backlogQueries, at: now)
        let wait = budget.wait(before: width * BacklogWork.pages, now: now)
        guard wait > 0 else { return }
        backlog.problem =
            "Half of the API calls a day that \(ConfigurationKey.apiBudget.rawValue) allows are spent, so it is read slowly."
        context.notices.post(.instance(id))
        try await context.clock.sleep(until: now.advanced(byMilliseconds: wait))
    }

    /// Reads on in some parts side by side, some pages of each.
    private func readRound(of object: String) async throws {
        let key = object.lowercased()
        let now = context.clock.due
        let width = backlog.width(instance.configuration.backlogQueries, at: now)
        backlog.begin(at: now)
        backlog.backlogs[key]?.spread(over: width)
        // The first page shows where there are rows, so that there is something to part.
        let isFirst = backlog.backlogs[key]?.rows == 0
        let parts = backlog.backlogs[key]?.parts.prefix(width) ?? []
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
            let whose = object.map { "of \($0)" } ?? "of this instance"
            throw ClientError(.conflict, "Nothing \(whose) is left to be read beside the polls.")
        }
        // A poll keeps the baseline that it began with until it ends.
        while change == .cancel, let current { _ = await current.result }
        try await gate.run {
            var backlogs = backlog.backlogs
            var positions: [PollerRecord] = []
            for name in known {
                let key = name.lowercased()
                guard var next = backlogs[key] else { continue }
                switch change {
                case .pause: next.isPaused = true
                case .resume: next.isPaused = false
                case .cancel:
                    // What was not read counts as what was there before.
                    if let end = next.end, var record = records[key] {
                        record.baseline = max(record.baseline ?? end, end)
                        records[key] = record
                        positions.append(record)
                    }
                    next = Backlog()
                }
                backlogs[key] = next.isDone ? nil : next
                positions.append(next.position(id, of: name))
            }
            try await context.store.savePollerRecords(positions)
            watched.stored(positions)
            backlog.backlogs = backlogs
        }
        if change != .resume { backlog.problem = nil }
        context.notices.post(.instance(id))
        beginBacklogs()
    }

    var backlogProgress: [BackfillProgress] {
        instance.configuration.watchedObjects.compactMap { object in
            backlog.backlogs[object.lowercased()]?.progress(of: object, problem: backlog.problem)
        }
    }
}
