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
            guard await ledger.backlogs[object]?.isPaused == false else { continue }
            try await readBacklog(object, isCalm: false)
        }
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
            if backlogRandom.chance(50), objects.allSatisfy({ oracle.hasStarted.contains($0) }) {
                meddler = Meddler(org, objects: objects, seed: backlogRandom.next(), after: oracle.sequence)
            }
        }
        let (session, ledger, meddling) = (session, ledger, meddler)
        let polling = await request(reconcile: false)
        let width = Int.random(in: 1...4, using: &backlogRandom)
        let pollsMeanwhile = backlogRandom.chance(60)
        // Polls never run side by side.
        let isPolling = Locked(false)
        let pages = Int.random(in: 1...3, using: &backlogRandom)
        tally.count("backlogs read on")
        do {
            _ = try await session.readBacklog(object, ledger, width: width, pages: pages) {
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
        } catch is MemoryLedger.Killed {
            await restart()
            tally.kills += 1
            note("backlog killed")
        } catch let error as SalesforceError {
            note("backlog failed: \(error)")
            if isCalm { throw error }
        }
        await calm(meddler)
        let events = await ledger.takeEvents()
        tally.events += events.count
        tally.count("events of backlogs", events.count)
        oracle.judge(events, but: hidden)
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
