import Primitives
import Testing

@testable import Engine

struct PollLatenessTests {
    private static func at(_ seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: 1_700_000_000_000).advanced(bySeconds: seconds)
    }

    private static func reason(minutes: Int64 = 1, waitingSince: Int64? = nil, after seconds: Int64) -> String? {
        let waiting = waitingSince.map { at($0) }
        return PollLateness(began: at(0), waiting: waiting, interval: minutes * 60_000, at: at(seconds))?.reason
    }

    @Test func `a poll that waits for the org is late once the next one would be due`() {
        #expect(Self.reason(waitingSince: 0, after: 59) == nil)
        #expect(Self.reason(waitingSince: 0, after: 60) == "The poll has been waiting for the org for 1 min.")
        #expect(Self.reason(waitingSince: 0, after: 150) == "The poll has been waiting for the org for 2 min.")
        let five = Self.reason(minutes: 5, waitingSince: 0, after: 300)
        #expect(five == "The poll has been waiting for the org for 5 min.")
        #expect(Self.reason(minutes: 5, waitingSince: 0, after: 299) == nil)
    }

    @Test func `an answer that has only just been asked for is not waited for`() {
        #expect(Self.reason(waitingSince: 50, after: 79) == nil)
        #expect(Self.reason(waitingSince: 50, after: 80) == "The poll has been waiting for the org for 30 s.")
    }

    @Test func `a poll whose requests are answered is late by itself a minute later`() {
        let words = "The poll has been under way for 2 min, longer than polls are apart."
        #expect(Self.reason(after: 119) == nil)
        #expect(Self.reason(after: 120) == words)
        #expect(Self.reason(waitingSince: 110, after: 120) == words)
    }

    @Test func `it is late since the next one would have been due`() {
        let lateness = PollLateness(began: Self.at(0), waiting: Self.at(0), interval: 60_000, at: Self.at(90))
        #expect(lateness?.since == Self.at(60))
    }
}
