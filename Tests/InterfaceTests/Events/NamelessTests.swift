import Domain
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Records whose name shows nothing.
@Suite(.cases)
struct NamelessTests {
    private func event(_ name: String?) -> EventSummary {
        let sample = Sample.event(7)
        return EventSummary(
            sequence: 7,
            eventID: sample.eventID,
            instanceID: 1,
            object: sample.object,
            recordID: sample.recordID,
            recordName: name,
            change: .created,
            isUndelete: false,
            source: .polling,
            date: sample.date,
            receivedAt: sample.receivedAt,
            changedFieldNames: [],
            delivery: sample.delivery
        )
    }

    @Test(
        arguments: [nil, "", "   ", "\u{200B}\u{2060}", "\u{A0}\u{3000}", "\u{202E}", "\u{2800}", "\u{FE0F}"]
            as [String?]
    )
    func `the id stands where nothing of the name could be seen`(name: String?) {
        let event = event(name)
        let driver = Driver(140, 40, log: [event])
        #expect(driver.text.contains(event.recordID), "\(driver.text)")
        #expect(event.shownName == nil)
    }

    @Test(arguments: ["Acme", " x", "東京", "👨\u{200D}👩", "—", "0"])
    func `what can be seen is the name`(name: String) { #expect(event(name).shownName == name) }
}
