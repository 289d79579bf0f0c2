import Domain
import Drawing
import EngineAPI
import Primitives
import TestSupport
import Testing

@testable import Interface

@Suite(.cases)
struct ObjectListTests {
    private var loaded: ObjectList {
        var list = ObjectList(["Contact", "Gone__c"])
        list.load(Sample.objects)
        return list
    }

    @Test func `chosen ones come first, then the usual, then the rest by name; what can't be watched says why`() {
        let names = loaded.entries.map(\.name)
        #expect(names.prefix(5) == ["Contact", "Gone__c", "Account", "Lead", "Opportunity"])
        #expect(names.dropFirst(5) == names.dropFirst(5).sorted()[...])
        #expect(!names.contains("Product2"), "it can't be watched")
        #expect(loaded.entries[1].isKnown == false && loaded.entries[0].isKnown)
        var chosen = ObjectList(["Product2"])
        chosen.load(Sample.objects)
        #expect(chosen.entries.first?.obstacle == "not replicateable")
    }

    @Test func `without any chosen the usual ones are`() {
        #expect(ObjectList([]).value == InstanceConfiguration.defaultObjects)
        #expect(ObjectList([]).countText == "4 chosen")
    }

    @Test func `names are the same whatever their case`() {
        var list = loaded
        list.filter = TextField("cONTACT")
        _ = list.addTyped()
        #expect(list.value == ["Contact", "Gone__c"])
        #expect(list.isChosen("contact"))
    }

    @Test(arguments: [("1abc", "1abc"), ("a-b, Account", "a-b"), (String(repeating: "x", count: 300), "xxx")])
    func `what can't be a name is refused and changes nothing`(text: String, named: String) {
        var list = loaded
        list.filter = TextField(text)
        let refusal = list.addTyped()
        #expect(refusal?.contains(named) == true && (refusal?.count ?? 999) < 200)
        #expect(list.value == loaded.value && list.filter.text == text)
    }

    @Test func `the cursor stays in view, and the ends let the focus go on`() {
        var list = loaded
        var steps = 0
        while list.move(by: 1) {
            steps += 1
            #expect(list.visibleRange.contains(list.cursor))
        }
        #expect(steps == list.shown.count - 1)
        #expect(list.hidden.below == 0 && list.hidden.above == list.shown.count - ObjectList.leastRows)
        list.moveToStart()
        let isMoved = list.move(by: -1)
        #expect(!isMoved)
    }

    @Test func `all that are shown are ticked at once, and cleared at once`() {
        var list = loaded
        list.filter = TextField("c")
        list.filterChanged()
        let shown = list.shown.map(\.name)
        list.toggleAll()
        #expect(shown.allSatisfy(list.isChosen))
        list.toggleAll()
        #expect(!shown.contains(where: list.isChosen))
        list.toggle(at: 999)
        #expect(!shown.contains(where: list.isChosen))
    }

    @Test func `the cursor stays on its object when what is chosen comes first`() {
        var list = loaded
        while list.entries[list.cursor].name != "Task" { guard list.move(by: 1) else { break } }
        list.toggle(at: list.cursor)
        list.choose(["Task", "Contact"])
        #expect(list.entries.first?.name == "Task" && list.entries[list.cursor].name == "Task")
        _ = list.move(by: 1)
        list.choose(["Lead", "Order"])
        #expect(list.entries[list.cursor].name == "Contact" && list.visibleRange.contains(list.cursor))
    }

    @Test(arguments: [
        ("Invoice__d", true), ("inv", false), ("Lead", true), ("Contact", false), ("A__c,B__c", true), (" ", false),
    ])
    func `a name that was typed and not added is pending, what only filters is not`(text: String, isPending: Bool) {
        var list = loaded
        list.filter = TextField(text)
        list.filterChanged()
        #expect((list.pending != nil) == isPending)
        list.toggle(at: 0)
        #expect(list.pending == nil || list.shown.isEmpty, "that is what it was typed for")
    }

    @Test func `nothing is applied while a typed name waits to be added`() {
        var driver = Driver()
        driver.keys("c tab tab tab tab")
        driver.type("Invoice__d")
        driver.forget()
        driver.keys("ctrl+s")
        #expect(driver.commands.isEmpty && driver.form.focus == .setting(.objects))
        #expect(driver.form.faults[.setting(.objects)]?.contains("“Invoice__d” is typed and not added") == true)
        driver.keys("enter ctrl+s")
        guard case .update(_, 1, let draft)? = driver.commands.first else {
            Issue.record("nothing was applied: \(driver.commands)")
            return
        }
        #expect(draft.configuration.objects.contains("Invoice__d"))
    }

    @Test func `while it isn't known what the org has, a typed name means itself, not another that contains it`() {
        var form = Form(Sample.overview())
        form.focus = .setting(.objects)
        for name in ["OrderItem", "Order"] {
            form.paste(name)
            #expect(form.objects.pending == name && form.fault(of: .setting(.objects))?.contains(name) == true)
            _ = form.perform(.tickOrAdd)
        }
        #expect(form.objects.value.suffix(2) == ["OrderItem", "Order"] && form.objects.pending == nil)
        form.paste("orderitem")
        _ = form.perform(.tickOrAdd)
        #expect(form.objects.value.last == "Order" && !form.objects.isChosen("OrderItem"), "that is the one")

        form.objects.load(Sample.objects)
        form.paste("inv")
        #expect(form.objects.pending == nil, "by now it finds what the org has")
        _ = form.perform(.tickOrAdd)
        #expect(form.objects.isChosen("Invoice__c"))
    }

    @Test func `a typed name that was not added is not lost without a question`() {
        var pane = FormPane()
        pane.form = Form(Sample.overview())
        #expect(pane.unsavedWork(Driver().context) == nil)
        pane.form.focus = .setting(.objects)
        pane.form.paste("Invoice__d")
        #expect(
            pane.unsavedWork(Driver().context)?.onLeaving == "It has 1 unsaved change, which will be lost."
        )
        pane.form.discard()
        #expect(pane.unsavedWork(Driver().context) == nil)
    }

    @Test func `a typed name that was not added counts as a change wherever changes are counted`() {
        var driver = Driver()
        driver.keys("c tab tab tab tab")
        #expect(driver.form.focus == .setting(.objects))
        driver.type("zz")
        driver.keys("tab")
        #expect(driver.text.contains("1 unsaved change") && !driver.text.contains("No unsaved changes"))
        #expect(driver.text.contains("Esc discard"), "\(driver.text)")
        driver.keys("esc")
        #expect(driver.text.contains("1 unsaved change of the form will be lost"))
        driver.keys("n 2 q")
        #expect(driver.text.contains("The form has 1 unsaved change."), "\(driver.text)")
        driver.keys("esc c")
        for _ in 0..<40 where driver.form.focus != .setting(.objects) { driver.keys("tab") }
        driver.keys("esc")
        #expect(driver.text.contains("No unsaved changes"))
    }

    @Test func `an org that could not answer is asked again only when that is asked for`() {
        var list = ObjectList([])
        list.fail("No answer.")
        #expect(list.catalog == .failed("No answer."))
        list.retryAfterFailure()
        #expect(list.catalog == .unknown)
        list.load(Sample.objects)
        list.retryAfterFailure()
        #expect(list.catalog == .loaded)
    }
}

@Suite(.cases)
struct IntervalSliderTests {
    @Test func `steps go from stop to stop, and every stop is where the knob says`() {
        var slider = IntervalSlider(1)
        var seen = [1]
        while slider.minutes < 1440 {
            _ = slider.handle(.right)
            seen.append(slider.minutes)
        }
        #expect(seen == IntervalSlider.stops)
        for stop in IntervalSlider.stops {
            var dragged = IntervalSlider(5)
            dragged.drag(to: IntervalSlider(stop).position)
            #expect(dragged.value == stop)
        }
    }

    @Test(arguments: [(7, 10, 5), (1440, 1440, 720), (1, 2, 1), (100, 120, 90)])
    func `from between the stops a step goes to the next one`(minutes: Int, up: Int, down: Int) {
        var slider = IntervalSlider(minutes)
        _ = slider.handle(.right)
        #expect(slider.minutes == up)
        slider = IntervalSlider(minutes)
        _ = slider.handle(.left)
        #expect(slider.minutes == down)
    }

    @Test(arguments: [-1, 2, Double.nan, .infinity, -.infinity])
    func `no place of the mouse is a trap`(position: Double) {
        var slider = IntervalSlider(5)
        slider.drag(to: position)
        #expect(slider.value.map(IntervalSlider.stops.contains) == true)
    }

    @Test func `what is typed is the value once it is one, and settles when the field is left`() {
        var slider = IntervalSlider(5)
        for digit in "14400" { _ = slider.handle(.character(digit)) }
        #expect(slider.value == nil && slider.fault?.contains("14400") == true)
        slider.settle()
        #expect(slider.typed == "14400")
        _ = slider.handle(.backspace)
        #expect(slider.value == 1440)
        slider.settle()
        #expect(slider.typed == nil && slider.minutes == 1440)
    }
}
