import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// The rate in the status line.
@Suite(.cases)
struct RateTests {
    @Test func `after a restart the rate is that of what is stored`() {
        var driver = Driver(140, 40, instances: [])
        driver.instances = [Sample.overview()]
        let slot = Sample.now.seconds / 10 * 10
        driver.stored = [slot - 10: 120, slot - 20: 30, slot - 300: 5000]
        driver.send(.notice(.instancesChanged))
        #expect(!driver.text.contains(" 0/min"), "nothing is known yet")
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains(" 150/min"))
        #expect(driver.text.contains("█"))
    }

    @Test func `events of another instance do not count`() {
        var driver = Driver(140, 40, instances: [Sample.overview(), Sample.overview(id: 2, name: "other")])
        driver.send(.notice(.stored(count: 500, lastSequence: 500)))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 0/min"))
        driver.stored = [Sample.now.seconds / 10 * 10: 7]
        driver.send(.notice(.stored(count: 500, lastSequence: 1000)))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 7/min"))
    }

    @Test func `the rate decays by itself, so that it never claims what is over`() {
        var driver = Driver(140, 40)
        driver.store(1...30)
        driver.pass(milliseconds: 2500)
        #expect(driver.text.contains("30/min"))
        driver.pass(milliseconds: 75_000)
        #expect(driver.text.contains(" 0/min"))
    }

    @Test func `news of what an answer holds already count once`() {
        var driver = Driver(140, 40, instances: [])
        driver.instances = [Sample.overview()]
        let slot = Sample.now.seconds / 10 * 10
        driver.stored = [slot: 79]
        driver.send(.notice(.instancesChanged))
        driver.pass(milliseconds: 500)
        #expect(driver.text.contains(" 79/min"))
        driver.send(.notice(.stored(count: 35, lastSequence: 79)))
        #expect(driver.text.contains(" 79/min"))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 79/min"))
        driver.stored[slot] = 80
        driver.send(.notice(.stored(count: 1, lastSequence: 80)))
        driver.pass(milliseconds: 5000)
        #expect(driver.text.contains(" 80/min"))
    }
}
