import Domain
import EngineAPI
import Logging
import Primitives
import Salesforce
import Store

/// What polls and backlogs read, and how far they are, on its way to the store: one page of an instance at a time, so that none
/// is stored with a place that another one earned, nor behind the back of who takes an object off the list.
extension Poller {
    /// Stores one page of a poll, with what the poll leaves to be read beside it; the session reads the next one only after
    /// this returned.
    func store(_ page: PollPage, of turn: PollTurn) async throws -> IntakeResult {
        await settleCalls(of: turn, watched.session)
        activity?.waits("storing page \(turn.countPage())", by: context.clock.due)
        isStoring = true
        defer { isStoring = false }
        return try await gate.run {
            if turn !== self.turn || turn.condemnation != nil { throw CancellationError() }
            let page = amendments.amended(page)
            let names = Self.names(instance)
            let next = schedule.announced.map(context.clock.shown)
            // Without those of objects that were taken off the list while the poll was running.
            let positions = page.pollerRecords.filter { names.contains($0.object.lowercased()) }.map { record in
                var record = record
                record.nextPoll = next
                return record
            }
            let spans = page.backlogs.filter { names.contains($0.key.lowercased()) }
            var longer: [String: Backlog] = [:]
            var left: [PollerRecord] = []
            for (object, span) in spans {
                let key = object.lowercased()
                var next = backlog.backlogs[key] ?? Backlog(after: backlog.lastPart)
                next.add(span)
                longer[key] = next
                left.append(next.position(id, of: object))
            }
            let result = try await accept(page, positions + left)
            if !page.observations.isEmpty, turn.storedRows(at: context.clock.due) {
                context.notices.post(.instance(id))
            }
            for (key, next) in longer {
                backlog.backlogs[key] = next
                backlog.hasFields.remove(key)
            }
            activity?.moved("reading on", by: context.clock.due.advanced(byMilliseconds: Self.longestStep))
            for record in positions { records[record.object.lowercased()] = record }
            if isStopped || !instance.isActive || turn.condemnation != nil { throw CancellationError() }
            return result
        }
    }

    /// Stores a page of a backlog with how far its part is read then.
    func store(
        _ page: PollPage,
        of object: String,
        part: Int64,
        to place: BacklogPlace
    ) async throws -> IntakeResult {
        let key = object.lowercased()
        await settleCalls(of: nil, watched.session)
        let result = try await gate.run {
            // That another backlog has arisen since makes no part wanted that was cancelled.
            guard var next = backlog.backlogs[key], !isStopped, next.parts.contains(where: { $0.id == part }) else {
                // Its last words, once all of it is stored.
                if page.observations.isEmpty { return IntakeResult() }
                throw CancellationError()
            }
            next.advance(to: place, of: part)
            backlog.book(on: &next, at: context.clock.due)
            let result = try await accept(page, [next.position(id, of: object)])
            backlog.backlogs[key] = next.isDone ? nil : next
            return result
        }
        context.notices.post(.instance(id))
        if isStopped || isSuspended || !instance.isActive || backlog.backlogs[key]?.isPaused == true {
            throw CancellationError()
        }
        return result
    }

    /// What was spent is kept beside the places, so that a restart does not forget it.
    private func accept(_ page: PollPage, _ positions: [PollerRecord]) async throws -> IntakeResult {
        let batch = SourceBatch(
            source: instance.configuration.eventType == .polling ? page.source : .reconciliation,
            observations: page.observations,
            receivedAt: context.clock.now,
            pollDate: page.pollDate,
            policies: page.policies,
            notificationSize: 10,
            positions: positions + [spentPosition]
        )
        return try await context.intake.accept(batch, for: watched)
    }

    /// Forgets what is known of objects that nobody watches any more.
    func forgetObjects(but names: Set<String>) async {
        await gate.run {
            records = records.filter { names.contains($0.key) }
            backlog.removeAll(but: names)
            let kept = watched.positionNames.filter { Backlog.isName($0, among: names) }
            do {
                try await context.store.removePollerRecords(id, keeping: Array(names) + kept)
            } catch {
                context.logger.error("Poller records can't be removed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Stores what is wrong with single objects beside their cursors.
    func recordProblems(_ report: PollReport) async throws {
        guard !recordsChanged(by: report).isEmpty else { return }
        activity?.waits("storing what is wrong with single objects", by: context.clock.due)
        isStoring = true
        defer { isStoring = false }
        try await gate.run {
            // As they are now: a person may have taken one off the list, or cancelled its backlog.
            let changed = recordsChanged(by: report)
            try await context.store.savePollerRecords(changed)
            for record in changed { records[record.object.lowercased()] = record }
        }
    }

    private func recordsChanged(by report: PollReport) -> [PollerRecord] {
        let (problems, words) = (report.problems, report.providerMessages)
        return instance.configuration.watchedObjects.compactMap { object in
            guard
                var record = records[object.lowercased()]
                    ?? problems[object].map({ _ in PollerRecord(instanceID: id, object: object) })
            else { return nil }
            guard record.problem != problems[object] || record.providerMessage != words[object] else { return nil }
            record.problem = problems[object]
            record.providerMessage = words[object]
            return record
        }
    }
}
