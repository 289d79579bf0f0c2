import Domain
import Primitives
import Testing

@testable import Salesforce

struct StampDigestTests {
    private static let digest = StampDigest(
        [(10, 3), (11, 1), (15, 5), (20, 2)].map { StampCount(stamp: Timestamp(seconds: $0.0), records: $0.1) }
    )

    private static func window(_ from: Int64, _ to: Int64) -> StampWindow {
        StampWindow(from: Timestamp(seconds: from), to: Timestamp(seconds: to))
    }

    @Test func `A window counts its stamps, the end exclusive`() {
        #expect(Self.digest.records(in: Self.window(10, 20)) == 9)
        #expect(Self.digest.records(in: Self.window(11, 15)) == 1)
        #expect(Self.digest.records(in: Self.window(0, 10)) == 0)
        #expect(Self.digest.records(in: Self.window(21, 30)) == 0)
        #expect(Self.digest.records(in: Self.window(30, 10)) == 0)
    }

    @Test(
        arguments: [(0, 30), (1, 30), (2, 20), (6, 20), (7, 15), (8, 11), (10, 11), (11, 5), (99, 5)] as [(Int, Int64)]
    )
    func `The newest records up to a limit begin at a stamp`(limit: Int, start: Int64) {
        let found = Self.digest.start(of: Self.window(5, 30), holdingAtMost: limit)
        #expect(found == Timestamp(seconds: start))
    }

    @Test func `Parts cover their window and part no stamp`() {
        #expect(
            Self.digest.parts(of: Self.window(5, 30), of: 4) == [
                Self.window(5, 15), Self.window(15, 20), Self.window(20, 30),
            ]
        )
        #expect(Self.digest.parts(of: Self.window(5, 30), of: 1).count == 4)
        #expect(Self.digest.parts(of: Self.window(5, 30), of: 100) == [Self.window(5, 30)])
        #expect(Self.digest.parts(of: Self.window(16, 19), of: 1) == [Self.window(16, 19)])
    }
}

struct WindowCountTests {
    private static let window = StampWindow(
        from: Timestamp(seconds: 1_800_000_000),
        to: Timestamp(seconds: 1_800_000_060)
    )

    private static func page(_ row: String) throws -> QueryPage {
        try QueryPage(parsing: Array("{\"totalSize\":1,\"done\":true,\"records\":[\(row)]}".utf8))
    }

    @Test func `A count comes with its first and last stamp`() throws {
        let row = """
            {"attributes":{"type":"AggregateResult"},"expr0":2,"expr1":"2027-01-15T08:00:00.000+0000",\
            "expr2":"2027-01-15T08:00:59.000+0000"}
            """
        let count = try WindowCount(Self.page(row), of: Self.window)
        #expect(count.records == 2)
        #expect(count.first == Timestamp(seconds: 1_800_000_000))
        #expect(count.last == Timestamp(seconds: 1_800_000_059))
        #expect(try WindowCount(Self.page(#"{"expr0":0,"expr1":null,"expr2":null}"#), of: Self.window).records == 0)
    }

    @Test(arguments: [
        "", "{}", #"{"expr0":null}"#, #"{"expr0":-1}"#, #"{"expr0":"2"}"#, #"{"expr0":2}"#,
        #"{"expr0":1,"expr1":"2027-01-15T08:01:00.000+0000","expr2":"2027-01-15T08:01:00.000+0000"}"#,
        #"{"expr0":2,"expr1":"2027-01-15T08:00:30.000+0000","expr2":"2027-01-15T08:00:10.000+0000"}"#,
        #"{"expr0":99999999999999999999999}"#,
    ])
    func `What can't be the count of a window is refused`(row: String) throws {
        let page = try Self.page(row)
        #expect(throws: SalesforceError.self) { try WindowCount(page, of: Self.window) }
    }
}
