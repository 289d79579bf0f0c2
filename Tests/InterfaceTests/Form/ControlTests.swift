import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Single controls of the form.
@Suite(.cases)
struct ControlTests {
    @Test func `the object list says how many more there are above and below`() {
        var driver = Driver(140, 28)
        let below = driver.form.objects.hidden.below
        #expect(below > 0 && driver.text.contains("↓ \(below) more"), "\(driver.text)")
        driver.keys("c tab tab tab tab end")
        let above = driver.form.objects.hidden.above
        #expect(above > 0 && driver.text.contains("↑ \(above) more"), "\(driver.text)")
        #expect(!driver.text.contains("↓ \(below) more"))
    }

    @Test(arguments: [
        ("12 minutes", "12", true), ("12", "12", true), ("5 min", "5", true), ("1.5", "1.5", false),
        ("-5", "-5", false),
        ("soon", "soon", false),
    ])
    func `an interval is read rightly or refused`(text: String, typed: String, isFine: Bool) {
        var pasted = IntervalSlider(5)
        pasted.insert(text)
        #expect(pasted.typed == typed)
        #expect((pasted.fault == nil) == isFine)
        guard !text.contains(where: \.isLetter) else { return }
        var keyed = IntervalSlider(5)
        for character in text { _ = keyed.handle(.character(character)) }
        #expect(keyed.typed == typed && (keyed.fault == nil) == isFine)
    }

    @Test func `what stands in an empty field can not be taken for a value`() {
        for field in FieldID.allCases where !field.placeholder.isEmpty {
            #expect(field.placeholder.hasPrefix("e.g. ") || field.placeholder.hasPrefix("none"), "\(field)")
        }
    }

    @Test func `the slider follows the mouse`() {
        var driver = Driver(140, 40)
        driver.send(.input(.mouse(MouseEvent(.press(.left), at: Point(x: 6, y: 8)))))
        driver.send(.input(.mouse(MouseEvent(.drag(.left), at: Point(x: 60, y: 20)))))
        #expect(driver.form.interval.value == 1440)
        driver.send(.input(.mouse(MouseEvent(.release(.left), at: Point(x: 60, y: 20)))))
        driver.send(.input(.mouse(MouseEvent(.drag(.left), at: Point(x: 0, y: 20)))))
        #expect(driver.form.interval.value == 1440)
    }

    @Test func `a first start names all that connecting needs`() {
        let text = Driver(140, 40, instances: []).text
        #expect(text.contains("My Domain address and the consumer key"))
    }
}
