import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

/// What is long past and much is read beside the polls, and is as exact as they are.
struct BacklogTests {
    /// How the past came to be unread.
    enum Past: CaseIterable, CustomTestStringConvertible {
        case weekend, firstRunSince, firstRunOfAll

        var testDescription: String { "\(self)" }
    }

    /// An org in which much happened while nobody looked.
    private struct BehindOrg {
        let org: InProcessOrg
        let ledger = MemoryLedger()
        let session: any OrgSession
        private(set) var rows: [String] = []
        private let firstRun: FirstRun

        init(
            _ past: Past = .weekend,
            count: Int = 120,
            every seconds: Int = 1800,
            backlogRows: Int = 30,
            _ change: (inout SimulatedOrgConfiguration) -> Void = { _ in }
        ) async throws {
            org = InProcessOrg.empty { configuration in
                configuration.maximumPageRows = 5
                change(&configuration)
            }
            session = await org.session()
            try await org.org.create("Account", ["Name": "first"])
            await org.advance(seconds: 86_400)
            switch past {
            case .weekend: firstRun = .now
            case .firstRunSince: firstRun = .since(Timestamp(seconds: Int64(await org.org.now)))
            case .firstRunOfAll: firstRun = .backfill
            }
            if past == .weekend { try await session.poll(ledger.request(["Account"]), into: ledger) }
            await org.advance(seconds: 60)
            while rows.count < count {
                rows += try await org.org.seed("Account", count: 4)
                await org.advance(seconds: seconds)
            }
            await org.advance(seconds: 7200)
            self.backlogRows = backlogRows
        }

        private let backlogRows: Int

        @discardableResult
        func poll(
            backlogRows: Int? = nil,
            before: @escaping @Sendable (PollPage) async throws -> Void = { _ in }
        ) async throws -> PollReport {
            var request = await ledger.request(["Account"], firstRun: firstRun)
            request.backlogRows = backlogRows ?? self.backlogRows
            return try await session.poll(request, ledger) { [ledger] page in
                try await before(page)
                return try await ledger.store(page)
            }
        }

        func readAll() async throws {
            while try await session.readBacklog("Account", ledger) {}
        }
    }

    @Test(arguments: Past.allCases)
    func `What is new is told before a long past, which is told whole afterwards`(past: Past) async throws {
        let behind = try await BehindOrg(past)
        let new = try await behind.org.org.create("Account", ["Name": "new"])
        let report = try await behind.poll()
        #expect(await behind.ledger.log() == ["CREATED \(new)"])
        #expect(report.rowsRead <= 10)
        // Polls go on meanwhile.
        await behind.org.advance(seconds: 60)
        let newer = try await behind.org.org.create("Account", ["Name": "newer"])
        try await behind.poll()
        #expect(await behind.ledger.log() == ["CREATED \(newer)"])
        try await behind.readAll()
        let told = await behind.ledger.takeEvents()
        let oldest = past == .firstRunOfAll ? 1 : 0
        #expect(told.count == behind.rows.count + oldest)
        #expect(Set(told.map(\.recordID)).isSuperset(of: behind.rows))
        #expect(told.allSatisfy { $0.change == .created })
        for _ in 0..<20 {
            await behind.org.advance(seconds: 120)
            try await behind.poll()
        }
        #expect(await behind.ledger.log() == [])
        #expect(await behind.ledger.backlogs == [:])
    }

    @Test(arguments: Past.allCases, [true, false])
    func `A backlog that is killed ten times in the middle ends complete, and no row is told twice`(
        past: Past,
        isStored: Bool
    ) async throws {
        let behind = try await BehindOrg(past)
        var kills = 0
        for number in 0..<40 where kills < 10 {
            await behind.ledger.die(after: number % 3, isStored: isStored)
            do {
                // The program starts anew: with a poll, and the backlog beside it.
                if await behind.ledger.backlogs.isEmpty || number % 4 == 0 { try await behind.poll() }
                _ = try await behind.org.session().readBacklog("Account", behind.ledger, pages: 2)
            } catch is MemoryLedger.Killed { kills += 1 }
            await behind.ledger.live()
            await behind.org.advance(seconds: 60)
        }
        // Each of them came in the middle, as only a backlog that goes on can be killed.
        #expect(kills == 10)
        try await behind.poll()
        try await behind.readAll()
        try await behind.poll()
        let told = await behind.ledger.takeEvents().map(\.recordID)
        #expect(Set(told).count == told.count)
        #expect(told.count == behind.rows.count + (past == .firstRunOfAll ? 1 : 0))
    }

    @Test func `A newer state that is told first is told alone, as what it is`() async throws {
        let behind = try await BehindOrg()
        let known = try await behind.org.org.ids("Account").filter { !behind.rows.contains($0) }
        try await behind.org.org.change("Account", known[0], ["Name": "on the weekend"])
        await behind.org.advance(seconds: 7200)
        try await behind.poll()
        await behind.ledger.takeEvents()
        await behind.org.advance(seconds: 60)
        // All of these are still to be read.
        try await behind.org.org.change("Account", behind.rows[100], ["Name": "now"])
        try await behind.org.org.delete("Account", behind.rows[101])
        try await behind.org.org.hardDelete("Account", behind.rows[102])
        try await behind.org.org.change("Account", known[0], ["Name": "now"])
        try await behind.poll()
        #expect(
            Set(await behind.ledger.log()) == [
                "CREATED \(behind.rows[100])", "DELETED \(behind.rows[101])", "DELETED \(behind.rows[102])",
                "UPDATED \(known[0])",
            ]
        )
        try await behind.readAll()
        let later = await behind.ledger.takeEvents()
        #expect(later.count == behind.rows.count - 3)
        #expect(Set(later.map(\.recordID)).isDisjoint(with: behind.rows[100...102] + known))
    }

    @Test func `A page in hand while a poll tells a newer state of its rows says nothing of them`() async throws {
        let behind = try await BehindOrg()
        try await behind.poll()
        let (org, ledger, row) = (behind.org, behind.ledger, behind.rows[1])
        _ = try await behind.session.readBacklog("Account", behind.ledger, pages: 1) {
            guard await ledger.entries["Account/" + row] == nil else { return }
            await org.advance(seconds: 1)
            try await org.org.change("Account", row, ["Name": "while it was in hand"])
            try await behind.poll()
        }
        try await behind.readAll()
        let told = await behind.ledger.takeEvents().filter { $0.recordID == row }
        #expect(told.map(\.change) == [.created])
        #expect(told.first?.fields.string("Name") == "while it was in hand")
    }

    /// The last row of the second page moves to the present before that page is asked for.
    @Test(arguments: Past.allCases)
    func `A row that is written while its part is read leaves out none that follows it`(past: Past) async throws {
        let behind = try await BehindOrg(past)
        try await behind.poll()
        let (org, ledger) = (behind.org.org, behind.ledger)
        let row = behind.rows[past == .firstRunSince ? 9 : 8]
        _ = try await behind.session.readBacklog("Account", ledger, pages: 2) {
            guard await ledger.backlogs["Account"]?.rows == 0 else { return }
            try await org.change("Account", row, ["Name": "while its part was read"])
        }
        try await behind.readAll()
        try await behind.poll()
        let told = await ledger.takeEvents().map(\.recordID)
        #expect(Set(told).count == told.count)
        #expect(told.count == behind.rows.count + (past == .firstRunOfAll ? 1 : 0))
    }

    @Test(arguments: Past.allCases)
    func `Nor does one that is written while a poll reads a long past and is killed behind it`(past: Past) async throws
    {
        let behind = try await BehindOrg(past, backlogRows: 10_000)
        let (org, rows) = (behind.org.org, behind.rows)
        let row = rows[past == .firstRunSince ? 9 : 8]
        do {
            try await behind.poll { page in
                let ids = Set(page.observations.map(\.recordID))
                if ids.contains(rows[0]) { try await org.change("Account", row, ["Name": "while it was read"]) }
                if ids.contains(rows[10]) { throw MemoryLedger.Killed() }
            }
            Issue.record("It was not killed.")
        } catch is MemoryLedger.Killed {}
        for _ in 0..<5 { try await behind.poll() }
        let told = await behind.ledger.takeEvents().map(\.recordID)
        #expect(Set(told).count == told.count)
        #expect(told.count == rows.count + (past == .firstRunOfAll ? 1 : 0))
    }

    @Test func `What was told by a first run that a poll began is told as deleted, though the rest became a backlog`()
        async throws
    {
        let behind = try await BehindOrg(.firstRunOfAll)
        let rows = behind.rows
        do {
            try await behind.poll(backlogRows: 10_000) { page in
                if page.observations.contains(where: { $0.recordID == rows[20] }) { throw MemoryLedger.Killed() }
            }
            Issue.record("It was not killed.")
        } catch is MemoryLedger.Killed {}
        try await behind.org.org.delete("Account", rows[3])
        await behind.org.advance(seconds: 7200)
        try await behind.org.org.seed("Account", count: 1)
        try await behind.poll()
        #expect(await behind.ledger.backlogs["Account"]?.isDone == false)
        try await behind.readAll()
        try await behind.poll()
        let told = await behind.ledger.log()
        #expect(told.filter { $0.hasSuffix(rows[3]) } == ["CREATED \(rows[3])", "DELETED \(rows[3])"])
        #expect(told.count == rows.count + 3)
    }

    @Test func `Rows of the recycle bin from before a first run that reads all are no news`() async throws {
        let behind = try await BehindOrg(.firstRunOfAll)
        try await behind.org.org.delete("Account", behind.rows[60])
        await behind.org.advance(seconds: 3600)
        try await behind.poll()
        try await behind.readAll()
        #expect(await behind.ledger.log().allSatisfy { $0.hasPrefix("CREATED") })
    }

    /// It counts the rows of what it is asked for alone, and no day has as many as make a backlog.
    @Test(arguments: [Past.weekend, .firstRunSince])
    func `An org that can't read more than a day at once tells what is new first, too`(past: Past) async throws {
        let behind = try await BehindOrg(past, count: 40, every: 86_400) { $0.queryWindowDays = 1 }
        let new = try await behind.org.org.create("Account", ["Name": "new"])
        let report = try await behind.poll()
        #expect(await behind.ledger.log() == ["CREATED \(new)"])
        #expect(report.rowsRead <= 10)
        let backlog = try #require(await behind.ledger.backlogs["Account"])
        #expect(backlog.total == nil)
        #expect(backlog.parts.allSatisfy { $0.span.map { $0 <= 86_400_000 } ?? false })
        try await behind.readAll()
        let told = await behind.ledger.takeEvents().map(\.recordID)
        #expect(Set(told).count == told.count)
        #expect(Set(told) == Set(behind.rows))
    }

    @Test func `Where a few parts are left, a poll reads them itself`() async throws {
        let behind = try await BehindOrg(.weekend, count: 12, every: 12 * 3600) { $0.queryWindowDays = 1 }
        try await behind.poll()
        #expect(await behind.ledger.backlogs == [:])
        #expect(Set(await behind.ledger.takeEvents().map(\.recordID)) == Set(behind.rows))
    }

    @Test func `What can be read in a few pages is read at once`() async throws {
        let behind = try await BehindOrg(count: 20)
        try await behind.poll()
        #expect(await behind.ledger.takeEvents().count == 20)
        #expect(await behind.ledger.backlogs == [:])
    }

    @Test func `What lies within the overlap makes no backlog of the few rows before it`() async throws {
        let behind = try await BehindOrg(.firstRunOfAll, every: 5)
        try await behind.poll()
        #expect(await behind.ledger.backlogs == [:])
        #expect(await behind.ledger.takeEvents().count == behind.rows.count + 1)
    }

    @Test func `A poll counts its own calls, not those of a backlog`() async throws {
        let behind = try await BehindOrg()
        try await behind.poll()
        _ = await behind.session.drainCalls()
        try await behind.readAll()
        let calls = await behind.session.drainCalls()
        #expect(calls[.backlog] >= behind.rows.count / 5)
        #expect(calls[.rows] == 0)
    }
}
