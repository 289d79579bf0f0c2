import Domain
import Primitives
import Store
import TestSupport
import Testing

@Suite(.databases)
struct ReplayJobTests {
    @Test(
        "A moment that can't be written is refused where a filter is read",
        arguments: ["253402300800000", "-9223372036854775808"]
    )
    func moments(digits: String) throws {
        #expect(throws: EventFilter.Fault.self) { try EventFilter(json: ["to": .number(digits)], now: .distantPast) }
        #expect(throws: Never.self) { try EventFilter(json: ["to": .number("253402300799999")], now: .distantPast) }
    }

    @Test("A bulk replay by a text means the same after a reopening", arguments: StoreKind.allCases)
    func text(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            let instance = try await store.createInstance { .sample($0) }
            let moment = Timestamp(milliseconds: 1_750_000_000_456)
            var filter = try EventFilter(parsing: "50 \"Acme\" -(status:5xx | took:>2s) since:1h", now: moment)
            filter.instanceIDs = [instance.id]
            filter.to = moment
            let draft = ReplayJob(
                instanceID: instance.id,
                filter: filter,
                rate: 25,
                total: 12,
                lastSequence: 99,
                createdAt: moment,
                updatedAt: moment
            )
            let job = try await store.createReplayJob(draft)
            try await store.close()
            let again = try await kind.open(directory)
            let stored = try await again.replayJob(job.id)?.filter
            #expect(stored?.whole == filter.whole && stored?.instanceIDs == [instance.id])
            try await again.close()
        }
    }

    @Test("A bulk replay is read back as it was stored, also after a reopening", arguments: StoreKind.allCases)
    func roundTrip(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            let instance = try await store.createInstance { .sample($0) }
            var filter = EventFilter()
            filter.instanceIDs = [instance.id]
            filter.objects = ["Account", "Invoice__c"]
            filter.changes = [.deleted]
            filter.states = [.dead, .none]
            filter.recordID = recordKey(7)
            filter.from = Timestamp(milliseconds: 1_700_000_000_123)
            filter.to = Timestamp(seconds: 1_800_000_000)
            let moment = Timestamp(milliseconds: 1_750_000_000_456)
            let draft = ReplayJob(
                instanceID: instance.id,
                filter: filter,
                rate: 25,
                total: 12,
                lastSequence: 99,
                createdAt: moment,
                updatedAt: moment
            )
            var job = try await store.createReplayJob(draft)
            let second = try await store.createReplayJob(draft)
            #expect(job.id != second.id && second.id > job.id)
            job.state = .paused
            job.succeeded = 3
            job.failed = 1
            job.position = 44
            job.lastError = "answered 500"
            try await store.updateReplayJob(job)
            try await store.close()
            let again = try await kind.open(directory)
            #expect(try await again.replayJob(job.id) == job)
            #expect(try await again.replayJobs(instance.id, onlyOpen: true, limit: 10) == [second, job])
            job.state = .cancelled
            try await again.updateReplayJob(job)
            #expect(try await again.replayJobs(nil, onlyOpen: true, limit: 10) == [second])
            #expect(try await again.replayJobs(nil, onlyOpen: false, limit: 10) == [second, job])
            #expect(try await again.replayJobs(instance.id + 1, onlyOpen: false, limit: 10).isEmpty)
            #expect(try await again.replayJob(77) == nil)
            try await again.close()
        }
    }

    @Test("The end of a bulk replay whose filter was not read leaves its filter", arguments: StoreKind.allCases)
    func unreadEnd(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, id) = (fixture.store, fixture.instance.id)
            let moment = Timestamp(milliseconds: 1_750_000_000_456)
            func draft(_ filter: String, id job: Int64 = 0) throws -> ReplayJob {
                var filter = try EventFilter(parsing: filter, now: moment)
                filter.instanceIDs = [id]
                return ReplayJob(
                    id: job,
                    instanceID: id,
                    filter: filter,
                    rate: 25,
                    total: 12,
                    lastSequence: 99,
                    waitsForCallback: true,
                    createdAt: moment,
                    updatedAt: moment
                )
            }
            let job = try await store.createReplayJob(try draft("state:dead"))
            var unread = try draft("state:delivered", id: job.id)
            unread.state = .cancelled
            unread.lastError = "its filter can't be read any more"
            unread.updatedAt = Timestamp(milliseconds: 1_750_000_001_000)
            try await store.endReplayJob(unread)
            let stored = try #require(try await store.replayJob(job.id))
            #expect(stored.filter.whole == job.filter.whole && stored.filter.instanceIDs == [id])
            #expect(stored.state == .cancelled && !stored.waitsForCallback && stored.lastError == unread.lastError)
            #expect(stored.updatedAt == unread.updatedAt)
        }
    }

    @Test(
        "A bulk replay by a number at the end of what there is means the same after a reopening",
        arguments: StoreKind.allCases
    )
    func ends(kind: StoreKind) async throws {
        try await withScratchDirectory { directory in
            let store = try await kind.open(directory)
            let instance = try await store.createInstance { .sample($0) }
            let moment = Timestamp(milliseconds: 1_750_000_000_456)
            var filter = try EventFilter(parsing: "status:>999,<100 | attempts:>999999999", now: moment)
            filter.instanceIDs = [instance.id]
            let job = try await store.createReplayJob(
                ReplayJob(
                    instanceID: instance.id,
                    filter: filter,
                    rate: 25,
                    total: 12,
                    lastSequence: 99,
                    createdAt: moment,
                    updatedAt: moment
                )
            )
            try await store.close()
            let again = try await kind.open(directory)
            let stored = try await again.replayJob(job.id)
            #expect(stored?.state == .running && stored?.filter.whole == filter.whole && stored?.lastError == nil)
            try await again.close()
        }
    }

    @Test(
        "Open bulk replays end with their instance, and a start ends those that were left",
        arguments: StoreKind.allCases
    )
    func deletion(kind: StoreKind) async throws {
        try await kind.run { fixture in
            let (store, gone) = (fixture.store, fixture.instance)
            let other = try await store.createInstance { .sample($0) }
            let moment = Timestamp(milliseconds: 1_750_000_000_456)
            func draft(_ id: InstanceID, _ state: ReplayJob.State, waits: Bool = false) -> ReplayJob {
                ReplayJob(
                    instanceID: id,
                    filter: EventFilter(),
                    state: state,
                    rate: 25,
                    total: 12,
                    lastSequence: 99,
                    waitsForCallback: waits,
                    createdAt: moment,
                    updatedAt: moment
                )
            }
            let running = try await store.createReplayJob(draft(gone.id, .running))
            let waiting = try await store.createReplayJob(draft(gone.id, .paused, waits: true))
            let completed = try await store.createReplayJob(draft(gone.id, .completed))
            let others = try await store.createReplayJob(draft(other.id, .running))
            try await store.deleteInstance(gone.id)
            for id in [running.id, waiting.id] {
                let job = try await store.replayJob(id)
                #expect(job?.state == .cancelled && job?.waitsForCallback == false)
                #expect(job?.lastError == "the instance was deleted")
            }
            #expect(try await store.replayJob(completed.id)?.state == .completed)
            #expect(try await store.replayJobs(nil, onlyOpen: true, limit: 10).map(\.id) == [others.id])
            // As an earlier version left it.
            let left = try await store.createReplayJob(draft(gone.id, .paused))
            try await store.settleDue(now: moment)
            #expect(try await store.replayJob(left.id)?.state == .cancelled)
            #expect(try await store.replayJobs(nil, onlyOpen: true, limit: 10).map(\.id) == [others.id])
        }
    }
}
