import Domain
import HTTPTypes
import Primitives
import Testing

@testable import Gateway

struct AnalyticsTests {
    @Test(arguments: [
        ("minute", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z", 61),
        ("minute", "2026-11-23T10:00:30Z", "2026-11-23T11:00:30Z", 61),
        ("second", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z", 1),
        ("hour", "2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z", 25), ("day", "2026-11-23", "2026-11-30", 8),
        ("week", "2026-11-23", "2026-11-30", 2), ("week", "2026-11-22", "2026-11-23", 2),
        ("month", "2025-12-31", "2026-02-01", 3), ("quarter", "2025-12-31", "2026-04-01", 3),
        ("year", "2024-02-29", "2026-11-23", 3),
    ])
    func `both ends of the period have their bucket`(
        _ interval: String,
        _ from: String,
        _ to: String,
        _ count: Int
    ) async throws {
        let fixture = Fixture()
        let answer = try await fixture.call(
            .get,
            "/instances/events/analytics?interval=\(interval)&from=\(from)&to=\(to)"
        )
        #expect(answer.status == 200)
        #expect(answer.json.array?.count == count)
        let stamps = answer.json.array?.compactMap { $0["timestamp"]?.string } ?? []
        #expect(stamps == stamps.sorted() && Set(stamps).count == count)
    }

    @Test func `a period that is yet to begin is refused as that`() async throws {
        let answer = try await Fixture().call(.get, "/instances/events/analytics?from=2030-01-01T00:00:00Z")
        #expect(answer.status == 400 && answer.message?.hasPrefix("from is yet to come") == true, "\(answer.text)")
    }

    @Test func `events are counted in their bucket, by instance and by account`() async throws {
        let fixture = Fixture()
        let start = try #require(Timestamp(parsing: "2026-11-23T10:00:00Z"))
        fixture.addEvent(1, instance: 401, at: start)
        fixture.addEvent(2, instance: 401, state: .dead, at: start.advanced(bySeconds: 59))
        fixture.addEvent(3, instance: 402, at: start.advanced(bySeconds: 60))
        fixture.addEvent(4, instance: 402, state: .retrying, at: start.advanced(bySeconds: 120))
        let period = "?interval=minute&from=2026-11-23T10:00:00Z&to=2026-11-23T10:02:00Z"
        let plain = try await fixture.call(.get, "/instances/events/analytics" + period)
        #expect(plain.json.array?.map { $0["count"]?.integer } == [2, 1, 1])
        let byInstance = try await fixture.call(.get, "/instances/events/analytics/instances" + period)
        #expect(byInstance.json.array?.map { $0["total"]?.integer } == [2, 1, 1])
        #expect(
            byInstance.json.array?.first?["records"] == [
                ["instanceId": 401, "count": 2, "success": 1, "failed": 1]
            ]
        )
        let byAccount = try await fixture.call(.get, "/instances/events/analytics/accounts" + period)
        #expect(byAccount.json.array?.last?["records"]?.array?.first?["accountId"]?.integer == 1)
    }
}
