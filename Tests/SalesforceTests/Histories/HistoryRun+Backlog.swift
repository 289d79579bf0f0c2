import Domain
import Primitives
import Salesforce
import SimulatedOrg

extension HistoryRun {
    /// Reads all that polls left to be read beside them. Questions are made narrower in steps, a few in each round.
    mutating func readBacklogs() async throws {
        for object in objects {
            await ledger.pause(object, false)
            var failures = 0
            while await ledger.backlogs[object] != nil {
                do { try await readBacklog(object, isCalm: true) } catch let error as SalesforceError {
                    failures += 1
                    if failures > Self.mostFailures { throw error }
                }
            }
        }
    }

    /// Reads on for some pages, while people work and polls run, until it is killed or refused.
    mutating func disturbBacklogs() async throws {
        for object in objects {
            guard let backlog = await ledger.backlogs[object] else { continue }
            if backlogRandom.chance(backlog.isPaused ? 50 : 10) {
                await ledger.pause(object, !backlog.isPaused)
                tally.count(backlog.isPaused ? "backlogs resumed" : "backlogs paused")
            }
            if faults == .past, backlogRandom.chance(4) { try await cancelBacklog(object) }
            guard await ledger.backlogs[object]?.isPaused == false else { continue }
            try await readBacklog(object, isCalm: false)
        }
    }

    /// A person gives up what is left of the past.
    private mutating func cancelBacklog(_ object: String) async throws {
        try await oracle.look(org)
        guard let cancelled = await ledger.cancel(object) else { return }
        oracle.cancel(object, before: cancelled.end)
        tally.count("backlogs cancelled")
        note("cancel backlog of \(object) before \(cancelled.end.iso)")
    }

    /// What a person does to it while its pages come.
    private mutating func drawInterruption() -> Interruption? {
        guard faults == .past, backlogRandom.chance(15) else { return nil }
        let kind = Interruption.Kind.allCases.randomElement(using: &backlogRandom) ?? .pause
        return Interruption(kind, after: Int.random(in: 0...4, using: &backlogRandom))
    }

    private static let mostFailures = 20

    private mutating func readBacklog(_ object: String, isCalm: Bool) async throws {
        try await oracle.look(org)
        var meddler: Meddler?
        if !isCalm {
            if backlogRandom.chance(30) { await addFaults() }
            if backlogRandom.chance(30) { await refuseReading() }
            if backlogRandom.chance(30) {
                let pages = Int.random(in: 0...3, using: &backlogRandom)
                await ledger.die(after: pages, isStored: backlogRandom.chance(50))
            }
            if leavesHidden, backlogRandom.chance(50), objects.allSatisfy({ oracle.hasStarted.contains($0) }) {
                meddler = Meddler(org, objects: objects, seed: backlogRandom.next(), after: oracle.sequence)
            }
        }
        let (session, ledger, meddling) = (session, ledger, meddler)
        // A poll beside it may begin another object's first run.
        let unread = await ledger.unread(objects)
        let polling = await request(reconcile: false)
        let width = Int.random(in: 1...4, using: &backlogRandom)
        let pollsMeanwhile = backlogRandom.chance(60)
        // Polls never run side by side.
        let isPolling = Locked(false)
        let pages = Int.random(in: 1...3, using: &backlogRandom)
        let interruption = isCalm ? nil : drawInterruption()
        tally.count("backlogs read on")
        do {
            _ = try await session.readBacklog(object, ledger, width: width, pages: pages) {
                await interruption?.strike(object, ledger)
                guard let meddling else { return }
                try await meddling.meddle()
                guard pollsMeanwhile,
                    !isPolling.withLock({ isBusy in
                        defer { isBusy = true }; return isBusy
                    })
                else { return }
                defer { isPolling.withLock { $0 = false } }
                // The page in hand waits while a poll stores what is newer.
                var request = polling
                request.records = Array(await ledger.records.values)
                do { try await session.poll(request, into: ledger) } catch is SalesforceError {}
                try await meddling.meddle()
            }
            note("read backlog of \(object), \(width) parts, \(pages) pages")
        } catch is CancellationError where interruption != nil {
            note("backlog interrupted")
        } catch is MemoryLedger.Killed {
            await restart()
            tally.kills += 1
            note("backlog killed")
        } catch let error as SalesforceError {
            note("backlog failed: \(error)")
            if isCalm { throw error }
        }
        await calm(meddler)
        if meddler != nil { doubtUnread(unread) }
        await judge(object, interruption?.cancelled)
    }

    /// Holds against the org what reading a backlog told, before and after it was cancelled.
    private mutating func judge(_ object: String, _ cancelled: MemoryLedger.Cancellation?) async {
        let events = await ledger.takeEvents()
        let all = events.count + (cancelled?.told.count ?? 0)
        tally.events += all
        tally.count("events of backlogs", all)
        if let cancelled {
            oracle.judge(cancelled.told, but: hidden)
            oracle.cancel(object, before: cancelled.end)
            tally.count("backlogs cancelled between pages")
            note("backlog of \(object) cancelled between pages, before \(cancelled.end.iso)")
        }
        // A poll that ran meanwhile goes on with the baseline that it began with.
        oracle.judge(events, but: hidden, mayPrecede: cancelled != nil)
    }

    /// The faults of a poll or a read end, and what people did meanwhile is noted.
    mutating func calm(_ meddler: Meddler?) async {
        await ledger.live()
        await org.removeFaults()
        if !hasComposite { await removeComposite() }
        guard let meddler else { return }
        trail += await meddler.trail
        oracle.note(await meddler.sights, upTo: await meddler.sequence)
    }
}
