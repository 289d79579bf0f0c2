import Primitives
import Testing

@testable import SimulatedOrg

struct RelativeDateTests {
    // 2026-11-23 is a Monday.
    @Test(
        arguments: [
            ("TODAY", nil, "2026-11-23", "2026-11-23"), ("YESTERDAY", nil, "2026-11-22", "2026-11-22"),
            ("TOMORROW", nil, "2026-11-24", "2026-11-24"), ("LAST_90_DAYS", nil, "2026-08-25", "2026-11-23"),
            ("NEXT_90_DAYS", nil, "2026-11-24", "2027-02-21"), ("LAST_N_DAYS", 3, "2026-11-20", "2026-11-23"),
            ("NEXT_N_DAYS", 3, "2026-11-24", "2026-11-26"), ("N_DAYS_AGO", 3, "2026-11-20", "2026-11-20"),
            ("THIS_WEEK", nil, "2026-11-22", "2026-11-28"), ("LAST_WEEK", nil, "2026-11-15", "2026-11-21"),
            ("NEXT_WEEK", nil, "2026-11-29", "2026-12-05"), ("LAST_N_WEEKS", 2, "2026-11-08", "2026-11-21"),
            ("N_WEEKS_AGO", 2, "2026-11-08", "2026-11-14"), ("THIS_MONTH", nil, "2026-11-01", "2026-11-30"),
            ("LAST_MONTH", nil, "2026-10-01", "2026-10-31"), ("NEXT_N_MONTHS", 2, "2026-12-01", "2027-01-31"),
            ("N_MONTHS_AGO", 9, "2026-02-01", "2026-02-28"), ("THIS_QUARTER", nil, "2026-10-01", "2026-12-31"),
            ("NEXT_QUARTER", nil, "2027-01-01", "2027-03-31"), ("LAST_N_QUARTERS", 4, "2025-10-01", "2026-09-30"),
            ("THIS_YEAR", nil, "2026-01-01", "2026-12-31"), ("N_YEARS_AGO", 2, "2024-01-01", "2024-12-31"),
            ("NEXT_N_YEARS", 1, "2027-01-01", "2027-12-31"),
        ] as [(String, Int?, String, String)]
    )
    func `A literal spans whole days`(name: String, count: Int?, first: String, last: String) throws {
        let today = try #require(StampFormat.days("2026-11-23"))
        let days = RelativeDate.days(name, count: count, today: today)
        #expect([days.lowerBound, days.upperBound].map { StampFormat.date($0) } == [first, last])
        #expect(RelativeDate.takesCount(name.lowercased()) == (count != nil))
    }

    @Test func `Last, this and next follow one another without a gap, on any day`() {
        for today in stride(from: -1_000, through: 40_000, by: 13) {
            for period in ["WEEK", "MONTH", "QUARTER", "YEAR"] {
                let spans = ["LAST_", "THIS_", "NEXT_"].map { RelativeDate.days($0 + period, count: nil, today: today) }
                #expect(spans[1].contains(today), "\(period) on \(StampFormat.date(today))")
                #expect(spans[0].upperBound + 1 == spans[1].lowerBound)
                #expect(spans[1].upperBound + 1 == spans[2].lowerBound)
            }
        }
    }

    @Test(arguments: ["SOMEDAY", "LAST_N_HOURS", "", "TODAY:1"])
    func `Other words are no literals`(name: String) {
        #expect(RelativeDate.takesCount(name) == nil)
    }
}
