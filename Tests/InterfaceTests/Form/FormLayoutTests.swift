import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The lines of the form are laid out once for all that stays the same, and never shown when they hold no longer.
@Suite(.cases)
struct FormLayoutTests {
    private func input(_ instance: InstanceOverview, width: Int = 40) -> FormLayout.Input {
        var context = DashboardContext(
            settings: DashboardSettings(size: Size(width: 80, height: 24)),
            now: Sample.now,
            due: Sample.now
        )
        context.instances.list = [instance]
        context.instances.current = instance.id
        return FormLayout.Input(Form(Sample.overview()), width: width, context)
    }

    @Test func `polls that go on change no line of the form`() {
        let instance = Sample.overview()
        var later = instance
        later.isPolling.toggle()
        later.nextPoll = Sample.now.advanced(bySeconds: 90)
        #expect(input(instance) == input(later))
    }

    @Test func `another width, another address and the progress of a first read are other lines`() {
        let instance = Sample.overview()
        var moved = instance
        moved.receiverURL = "https://moved.example/v1/events/1"
        var reading = instance
        reading.backfills = [BackfillProgress(object: "Account", rows: 2_000, total: 9_000)]
        #expect(input(instance) != input(instance, width: 41))
        #expect(input(instance) != input(moved))
        #expect(input(instance) != input(reading))
    }

    @Test func `an address that the node tells anew is drawn at once`() {
        var instance = Sample.overview { $0.eventType = .webhooks }
        instance.receiverURL = "https://before.example/1"
        var driver = Driver(instances: [instance])
        driver.keys("c")
        #expect(driver.text.contains("https://before.example/1"))
        instance.receiverURL = "https://after.example/1"
        driver.send(.instances(.success([instance])))
        #expect(driver.text.contains("https://after.example/1"))
        #expect(!driver.text.contains("https://before.example/1"))
    }
}
