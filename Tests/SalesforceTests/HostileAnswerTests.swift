import Domain
import Primitives
import Testing

@testable import Salesforce

/// Numbers in an org's answers that no org means.
struct HostileAnswerTests {
    @Test(
        arguments: [
            ("api-usage=18/5000", 18, 5000), (" api-usage = 18 / 5000 ; per-app-api-usage=1/2(x)", 18, 5000),
            ("api-usage=6000/5000", 6000, 5000),
        ]
    )
    func `the use of the API is read`(_ header: String, _ used: Int, _ allowed: Int) {
        #expect(APIUsage(limitInfo: header) == APIUsage(used: used, allowed: allowed))
    }

    @Test(
        arguments: [
            "api-usage=9223372036854775807/1", "api-usage=-1/5000", "api-usage=1/-5000", "api-usage=1/0",
            "api-usage=1/9223372036854775808", "api-usage=//", "api-usage=1/2/3", "api-usage=", "api-usage=NaN/1",
        ]
    )
    func `a use that no org has says nothing`(_ header: String) { #expect(APIUsage(limitInfo: header) == nil) }

    @Test(arguments: ["-9223372036854775808", "9223372036854775807", "0", "1", "1e300", "-1"])
    func `deployments are counted within reason`(_ number: String) throws {
        let json = try JSON(
            parsing: """
                {"id":"0Af","deployResult":{"numberComponentsDeployed":\(number),"numberComponentsTotal":\(number),
                "details":{"runTestResult":{"codeCoverage":[
                {"name":"A","numLocations":\(number),"numLocationsNotCovered":9223372036854775807},
                {"name":"B","numLocations":-1,"numLocationsNotCovered":\(number)},
                {"name":"C","numLocations":10,"numLocationsNotCovered":\(number)}]}}}}
                """
        )
        let status = try DeployStatus(json)
        #expect((0...1_000_000_000).contains(status.componentsTotal))
        #expect(status.coverage.allSatisfy { (0...100).contains($0.percent) })
    }

    @Test(arguments: ["-5", "9223372036854775808", "9223372036854775807", "1000000000001", "1e9", "\"x\""])
    func `a page's size is a number of rows or none`(_ size: String) throws {
        let page = try QueryPage(parsing: Array("{\"totalSize\":\(size),\"done\":true,\"records\":[]}".utf8))
        #expect(page.totalSize == 0)
    }

    private static let window = StampWindow(
        from: Timestamp(seconds: 1_800_000_000),
        to: Timestamp(seconds: 1_800_000_060)
    )

    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("1000000000000", 1_000_000_000_000), ("1000000000001", nil),
            ("9223372036854775803", nil), ("9223372036854775807", nil), ("9223372036854775808", nil),
            ("-9223372036854775808", nil), ("1e300", nil), ("\"7\"", nil),
        ] as [(String, Int?)]
    )
    func `a window holds as many rows as an org can have, or its count is refused`(
        number: String,
        records: Int?
    ) throws {
        let stamps = number == "0" ? "" : #","expr1":"2027-01-15T08:00:00.000+0000","expr2":"2027-01-15T08:00:59Z""#
        let body = "{\"totalSize\":1,\"done\":true,\"records\":[{\"expr0\":\(number)\(stamps)}]}"
        let page = try QueryPage(parsing: Array(body.utf8))
        let count = try? WindowCount(page, of: Self.window)
        #expect(count?.records == records)
    }

    /// What a count leads to, whoever made it.
    @Test(arguments: [0, 1, 1_000_000_000_000, Int.max - 3, Int.max])
    func `a count that the ledger does not share is reason to look, however large it is`(records: Int) {
        var check = OverlapCheck(span: Self.window, counted: [Self.window], differences: [:], pageRows: 250)
        check.accept(WindowCount(records: records, first: nil, last: nil), of: Self.window)
        check.accept(.stamps([StampCount(stamp: Self.window.from, records: 2)]))
        guard case .send(let requests) = check.next() else {
            Issue.record("Nothing is asked.")
            return
        }
        #expect(requests == [.narrow(Self.window, after: nil, limit: 250)])
    }
}
