import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct CompareTests {
    private func detail(_ sequence: Int64, _ record: String, instance: InstanceID = 1) -> EventDetail {
        let event = Sample.event(sequence, of: 7)
        let full = ChangeEvent(
            sequence: sequence,
            eventID: event.eventID,
            instanceID: instance,
            object: "Account",
            recordID: event.recordID,
            change: .updated,
            source: .polling,
            date: event.date,
            pollDate: nil,
            receivedAt: event.receivedAt,
            record: record,
            recordName: "Acme",
            notificationID: nil
        )
        return EventDetail(event: full, delivery: event.delivery, attempts: [], body: [])
    }

    /// Two events of a record, the records in the way of the test.
    private func compared(_ before: String, _ after: String, width: Int = 140) -> Driver {
        var driver = Driver(width, 40, log: [Sample.event(1, of: 7), Sample.event(2), Sample.event(3, of: 7)])
        driver.details = [1: detail(1, before), 3: detail(3, after)]
        driver.keys("d")
        driver.answer()
        return driver
    }

    @Test func `the event stands beside the one before it of the same record, what differs first`() {
        var driver = compared(
            #"{"Id":"003","Email":"ada@old.example","Name":"Ada","Amount":1.50,"SystemModstamp":"a","LastModifiedDate":"a"}"#,
            #"{"Id":"003","Email":"ada@new.example","Name":"Ada","Amount":1.5,"SystemModstamp":"b","LastModifiedDate":"b"}"#
        )
        let text = driver.text
        #expect(text.contains("ada@old.example") && text.contains("ada@new.example"), "\(text)")
        #expect(
            text.contains("▹ 1 audit field") && text.contains("equal fields") && !text.contains("Amount"),
            "\(text)"
        )
        driver.keys("G enter")
        #expect(driver.text.contains("Amount"))
        driver.keys("enter esc")
        #expect(driver.dashboard.layers.isEmpty)
    }

    @Test func `the two marked events are compared, whatever record they are of`() {
        var driver = Driver(140, 40, log: [Sample.event(1, of: 7), Sample.event(2), Sample.event(3, of: 7)])
        driver.details = [2: detail(2, #"{"Id":"002","Email":"two@x.example"}"#), 3: detail(3, #"{"Id":"003"}"#)]
        driver.details[1] = detail(1, #"{"Id":"003","Email":"one@x.example"}"#)
        driver.keys("k space g space d")
        driver.answer()
        #expect(driver.text.contains("one@x.example") && driver.text.contains("two@x.example"), "\(driver.text)")
    }

    @Test func `one marked event is compared with the selected one, and three are too many`() {
        var driver = Driver(140, 40, log: [Sample.event(1, of: 7), Sample.event(2), Sample.event(3, of: 7)])
        driver.details = [1: detail(1, #"{"Id":"1","Email":"one@x.example"}"#), 2: detail(2, #"{"Id":"2"}"#)]
        driver.details[3] = detail(3, #"{"Id":"3","Email":"three@x.example"}"#)
        driver.keys("g space G k d")
        driver.answer()
        #expect(driver.text.contains("one@x.example"), "\(driver.text)")
        driver.keys("esc space space d")
        #expect(driver.dashboard.layers.isEmpty)
        #expect(driver.text.contains("Two events are compared"), "\(driver.text)")
    }

    @Test func `members of an object that differ stand alone`() {
        let driver = compared(#"{"A":{"city":"Wien","zip":"1010"}}"#, #"{"A":{"city":"Graz","zip":"1010"}}"#)
        #expect(driver.text.contains("A.city") && !driver.text.contains("A.zip"))
    }

    @Test func `a record without an earlier event says so, and one that isn't JSON too`() {
        var driver = Driver(140, 40, log: [Sample.event(1), Sample.event(2)])
        driver.keys("d")
        driver.answer()
        #expect(driver.text.contains("no earlier event of this record"))
        #expect(driver.dashboard.layers.isEmpty, "one sentence needs no window")
        #expect(compared("{", "{}").text.contains("can't be read as JSON"))
    }

    @Test func `the event before is one of the same instance, and where two are of different ones both are named`() {
        var alone = Comparison(of: Sample.event(3, of: 7), token: 1)
        guard case .loadPage(_, let request)? = alone.nextLoad() else {
            Issue.record("nothing was asked")
            return
        }
        #expect(request.filter.instanceIDs == [1])

        let driver = Driver(instances: [Sample.overview(), Sample.overview(id: 2, name: "sandbox")])
        func words(_ instance: InstanceID) -> String {
            var comparison = Comparison(1, 3, token: 1)
            for answer in [detail(1, "{}"), detail(3, "{}", instance: instance)] {
                _ = comparison.nextLoad()
                comparison.accept(answer.event.sequence, .success(answer))
            }
            let rows = driver.context.compareRows(comparison, width: 120, toggled: [])
            return rows.rows.flatMap(\.lines).map(\.text.string).joined(separator: "\n")
        }
        #expect(words(2).contains("mySFDCInstance") && words(2).contains("sandbox"))
        #expect(!words(1).contains("mySFDCInstance"), "where there is nothing to tell apart")
    }
}
