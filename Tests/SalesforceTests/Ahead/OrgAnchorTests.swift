import Primitives
import Salesforce
import Testing

/// Which stamps the org's time is read from.
struct OrgAnchorTests {
    private static let start: Int64 = 1_795_456_800

    private static func clocks(_ seconds: Int64) -> PollClocks {
        let moment = Timestamp(seconds: start + seconds)
        return PollClocks(server: moment, here: moment)
    }

    /// The anchor after rows by id, stamp and when they were seen; it begins with a row of the start.
    private static func anchor(_ rows: [(id: String, stamp: Int64, at: Int64)]) -> OrgAnchor? {
        let first = OrgAnchor(stamp: Timestamp(seconds: start), seenAt: clocks(0))
        return rows.reduce(first) { known, row in
            let seen = OrgAnchor.Sighting(recordID: row.id, stamp: Timestamp(seconds: start + row.stamp))
            return OrgAnchor.after(known, seen: seen, at: clocks(row.at))
        }
    }

    private static func seconds(_ anchor: OrgAnchor?) -> Int64? { anchor.map { $0.stamp.seconds - start } }

    @Test func `One row moves nothing until another bears it out`() {
        let alone = Self.anchor([("a", 60, 60), ("b", 7260, 60), ("b", 7260, 120)])
        #expect(Self.seconds(alone) == 60)
        #expect(alone?.time(at: Self.clocks(120)).seconds == Self.start + 120)
        #expect(Self.seconds(Self.anchor([("a", 60, 60), ("b", 120, 120)])) == 60)
        #expect(Self.seconds(Self.anchor([("a", 60, 60), ("b", 120, 120), ("c", 120, 120)])) == 120)
    }

    @Test func `Rows go on to move it behind one from the future`() {
        let anchor = Self.anchor([("a", 7200, 0), ("b", 60, 60), ("a", 7200, 60), ("c", 120, 120), ("a", 7200, 120)])
        #expect(Self.seconds(anchor) == 120)
        #expect(anchor?.seenAt == Self.clocks(120))
    }

    @Test func `A record that shows an earlier stamp takes the later one back`() {
        let anchor = Self.anchor([("a", 7200, 0), ("a", 60, 60)])
        #expect(Self.seconds(anchor) == 60)
        #expect(anchor?.newest?.stamp.seconds == Self.start + 60)
    }

    @Test func `The first row of all goes no further than a clock`() {
        let seen = OrgAnchor.Sighting(recordID: "a", stamp: Timestamp(seconds: Self.start + 7200))
        #expect(Self.seconds(OrgAnchor.after(nil, seen: seen, at: Self.clocks(0))) == 0)
    }

    @Test func `What it knows outlasts a restart`() {
        var resume = ResumeState()
        resume.anchor = OrgAnchor(
            stamp: Timestamp(seconds: Self.start),
            seenAt: Self.clocks(1),
            newest: OrgAnchor.Sighting(recordID: "001000000000001AAA", stamp: Timestamp(seconds: Self.start + 9))
        )
        resume.proven = Timestamp(seconds: Self.start + 2)
        resume.startProven = Timestamp(seconds: Self.start + 1)
        resume.doubted = Timestamp(seconds: Self.start + 3)
        resume.doubtful = ["00Q"]
        resume.doubtfulPolls = 3
        resume.believed = ["0C3", "IsDeleted"]
        #expect(ResumeState(parsing: resume.text) == resume)
    }
}
