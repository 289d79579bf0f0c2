import Domain
import EngineAPI
import Logging
import Primitives
import Store

/// The dispatcher's loop: read what is due, send it, find out what is due next.
extension Dispatcher {
    /// Works until the mailbox is finished. A loop that hangs in the store is left behind for another one.
    func runLoop() async {
        loopActivity = watchdog.watch(.dispatcher) { [weak self] in await self?.beginAnew() }
        // Only reported: what may have been taken or stored must not be sent or stored twice.
        recordingActivity = watchdog.watch(.recorder)
        sendingActivity = watchdog.watch(.sender)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loopEnd = continuation
                startLoop()
            }
        } onCancel: {
            Task { await cancelLoop() }
        }
        loopActivity?.ended()
    }

    private func cancelLoop() { loop?.task.cancel() }

    private func startLoop() {
        let number = (loop?.number ?? 0) + 1
        let task = Task {
            for await _ in mailbox.wakeups {
                if mailbox.isFinished { break }
                await work(number)
                // Another one listens to the mailbox now.
                if !isCurrent(number) { return }
            }
            loopEnd?.resume()
            loopEnd = nil
        }
        loop = (number, task)
    }

    /// Abandons a loop that hangs and requeues what it was reading, or makes up for a timer that did not fire.
    private func beginAnew() {
        guard !isStopping, loopActivity?.isOverdue == true else { return }
        if isWorking {
            loop?.task.cancel()
            isWorking = false
            window.putBack(loading)
            loading = []
            wantsNextDue = true
            startLoop()
        }
        window.backlog = true
        mailbox.wake()
    }

    private func isCurrent(_ number: Int) -> Bool { loop?.number == number }

    /// What a loop that was left behind has read is old.
    func check(_ number: Int) throws { if !isCurrent(number) { throw CancellationError() } }

    /// Does what there is to do, for as long as the loop is the one that may go on.
    private func work(_ number: Int) async {
        isWorking = true
        loopActivity?.waits("reading what is due", by: clock.due)
        defer {
            if isCurrent(number) {
                isWorking = false
                loopActivity?.moved("waiting for the next attempt's time", by: timer?.at)
            }
        }
        repeat {
            let fresh = mailbox.dequeue()
            if fresh.overflowed { window.backlog = true }
            window.offer(fresh.ids)
            do {
                if window.hasPending, outcomes.count < Self.unrecordedLimit { try await load(number) }
                startSends()
                try await releaseDropped()
                if !window.hasPending { try await refill(number) }
                loopActivity?.moved("reading what is due", by: clock.due)
            } catch {
                guard isCurrent(number) else { return }
                // At the end, being cancelled is no failure.
                if !(error is CancellationError) {
                    logger.error("Deliveries can't be read", metadata: ["error": "\(error)"])
                }
                // Nobody waits for what can't be read; the release stays asked for.
                endReleases()
                wake(at: clock.due.advanced(byMilliseconds: 1000))
                return
            }
        } while !isStopping && isCurrent(number) && (window.hasPending || !mailbox.isEmpty)
            && outcomes.count < Self.unrecordedLimit
    }

    /// Works again when an instance that limits its posts a second may send the next. What it sends is in memory by then, so
    /// that the store is not asked.
    func awaitPermit() {
        guard !isStopping, let moment = window.nextPermit else { return }
        if let permit, permit.at <= moment { return }
        permit?.task.cancel()
        let task = Task { [clock] in
            do { try await clock.sleep(until: moment) } catch { return }
            self.permitCame(moment)
        }
        permit = (moment, task)
    }

    private func permitCame(_ moment: Timestamp) {
        guard permit?.at == moment else { return }
        permit = nil
        mailbox.wake()
    }

    private func load(_ number: Int) async throws {
        let ids = window.dequeuePending(Self.loadBatch)
        loading = ids
        do {
            // What another owner has in hand is not ours to send; the window forgets it like all that can't go now.
            let claimed = try await store.claim(ids, for: owner, lasting: claimTime)
            let before = drains
            let loaded = try await store.outgoing(claimed)
            try check(number)
            loading = []
            // An instance may have been given back and have come again meanwhile: what was read of it is old.
            if drains != before { return window.putBack(ids) }
            window.place(loaded, asked: ids, now: clock.due)
            try await releaseDropped()
        } catch {
            // A loop that was left behind has given its ids back already.
            if isCurrent(number) {
                loading = []
                window.putBack(ids)
            }
            throw error
        }
    }

    /// Gives back what was claimed and can't go now.
    private func releaseDropped() async throws {
        let dropped = window.dequeueDropped()
        if !dropped.isEmpty { try await store.release(dropped, of: owner) }
    }

    private func refill(_ number: Int) async throws {
        let now = clock.due
        while window.backlog, window.hasRoom {
            window.backlog = false
            let blocked = window.blocked
            let ids = try await store.dueDeliveries(
                for: owner,
                now: now,
                limit: Self.loadBatch,
                excluding: window.known,
                heldInstances: blocked
            )
            try check(number)
            window.offer(ids)
            wantsNextDue = true
            if ids.count >= Self.loadBatch {
                window.backlog = true
                return
            }
        }
        guard wantsNextDue, !window.backlog else { return }
        wantsNextDue = false
        try await findProbes(now, number)
        let next = try await store.nextDue(after: now, heldInstances: window.blocked)
        try check(number)
        if let next { wake(at: next) }
    }
}
