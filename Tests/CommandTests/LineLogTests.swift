import Logging
import Primitives
import Testing

@testable import signalbox

struct LineLogTests {
    private let moment = Timestamp(seconds: 1_800_000_000)

    @Test func `a line of text holds no byte of outside that steers a terminal or begins a line`() {
        let line = LineLog.line(
            .text,
            at: moment,
            .warning,
            "signalbox",
            "The org said \u{1B}[31mno\nnotice fake: line",
            [(name: "error", value: "a\u{202E}b\r\n")]
        )
        let head = "2027-01-15T08:00:00.000Z warning signalbox: The org said ␛[31mno⏎notice fake: line error=ab"
        #expect(line.hasPrefix(head))
        #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E })
    }

    @Test func `a line of JSON is one object, whose first members are ours`() throws {
        let line = LineLog.line(
            .json,
            at: moment,
            .error,
            "signalbox",
            "It \"failed\"\n",
            [(name: "instance", value: "7"), (name: "level", value: "fake")]
        )
        let json = try JSON(parsing: Array(line.utf8))
        #expect(json["time"]?.string == "2027-01-15T08:00:00.000Z")
        #expect(json["level"]?.string == "error")
        #expect(json["instance"]?.string == "7")
        #expect(json["metadata.level"]?.string == "fake")
        #expect(!line.contains("\n"))
    }
}
