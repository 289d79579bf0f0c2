import Domain
import Primitives
import Salesforce
import SimulatedOrg
import TestSupport

/// Histories with a trigger that posts changes without their stamps, beside the polls.
extension HistoryRun {
    /// Moments of a machine whose clock is not the org's.
    static let strangeClocks: [Int64] = [0, 0, 40, -40, 3600, -3600, 100_000, -100_000]

    /// Posts some of what was committed since, at once or in a while, and judges what comes of it.
    mutating func post() async throws {
        try await collectPosts()
        try await oracle.look(org)
        let drawn = drawPosts(percent: 60)
        for seen in drawn { await ledger.receive(seen, at: target.machine.now) }
        await judgePosts()
    }

    /// Which posts arrive now.
    mutating func drawPosts(percent: Int) -> [Observation] {
        var (drawn, left): ([Observation], [Observation]) = ([], [])
        for post in posts {
            if random.chance(percent) { drawn.append(post) } else { left.append(post) }
        }
        posts = left
        for post in drawn { note("post \(post.kind) of \(post.recordID)") }
        tally.count("posts without stamps", drawn.count)
        return drawn
    }

    /// Makes posts of what was committed since. One that didn't arrive before its record's next change is lost: nobody can
    /// tell it from a further save.
    mutating func collectPosts() async throws {
        let changes = await org.history(since: postedSequence)
        guard let last = changes.last else { return }
        postedSequence = last.sequence
        for change in changes {
            posts.removeAll { $0.object == change.object && $0.recordID == change.id }
            guard oracle.hasStarted.contains(change.object), objects.contains(change.object), random.chance(70),
                let kind = Self.kind(of: change), let seen = try await record(kind, of: change)
            else { continue }
            posts.append(seen)
        }
    }

    private mutating func judgePosts() async {
        let events = await ledger.takeEvents()
        tally.events += events.count
        oracle.judge(events, but: hidden)
        await rememberGuesses()
    }

    mutating func rememberGuesses() async {
        let found = await ledger.entries.filter { $0.value.guess != nil }.keys
        guesses.formUnion(found)
    }

    private static func kind(of change: OrgChange) -> Observation.Kind? {
        switch change.kind {
        case .created: .webhook(claimed: .created, isUndelete: false)
        case .updated: .webhook(claimed: .updated, isUndelete: false)
        case .undeleted: .webhook(claimed: .updated, isUndelete: true)
        case .deleted: .webhook(claimed: .deleted, isUndelete: false)
        case .touched, .purged: nil
        }
    }

    /// The record as it is now, all of it or what a trigger may have chosen; never with a stamp.
    private mutating func record(_ kind: Observation.Kind, of change: OrgChange) async throws -> Observation? {
        guard let record = try await org.record(change.object, change.id),
            let whole = try? RecordFields(parsing: String(decoding: record.bytes, as: UTF8.self))
        else { return nil }
        var fields = whole.without(["SystemModstamp", "LastModifiedDate", Oracle.shyField])
        if choosesFields {
            let chosen: Set<String> = ["Id", "Name", "LastName"]
            fields = fields.without(Set(fields.fields.map(\.name)).subtracting(chosen))
        }
        let isDeleted = kind == .webhook(claimed: .deleted, isUndelete: false)
        guard isDeleted == (whole.bool("IsDeleted") ?? false) else { return nil }
        return Observation(
            kind: kind,
            object: change.object,
            recordID: change.id,
            stamp: .distantPast,
            createdDate: whole.string("CreatedDate").flatMap { Timestamp(parsing: $0) },
            isDeleted: isDeleted,
            fields: fields
        )
    }
}
