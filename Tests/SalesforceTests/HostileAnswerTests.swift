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

    @Test(arguments: ["-5", "9223372036854775808", "1e9", "\"x\""])
    func `a page's size is a number of rows or none`(_ size: String) throws {
        let page = try QueryPage(parsing: Array("{\"totalSize\":\(size),\"done\":true,\"records\":[]}".utf8))
        #expect(page.totalSize == 0)
    }
}
