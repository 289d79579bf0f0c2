import Drawing
import Primitives
import TestSupport
import Testing

@testable import Interface

/// Keys that wait for the rows that the keys before them have asked for.
@Suite(.cases)
struct HeldInputTests {
    private static let start = Timestamp(milliseconds: 1_000_000)
    private static let mouse = InputEvent.mouse(
        MouseEvent(.press(.left), at: Point(x: 1, y: 1))
    )

    @Test(arguments: [InputEvent.key(.character("j")), .paste("text"), mouse])
    func `what means what is shown waits while a pane is under way, and goes on as it came`(event: InputEvent) {
        var held = HeldInput()
        #expect(held.judge(event, isUnderWay: false, now: Self.start) == .proceed)
        #expect(held.isEmpty && held.deadline == nil)
        #expect(held.judge(event, isUnderWay: true, now: Self.start) == .wait)
        #expect(held.judge(.key(.enter), isUnderWay: true, now: Self.start) == .wait)
        #expect(held.dequeueAll() == [event, .key(.enter)])
        #expect(held.isEmpty && held.deadline == nil)
    }

    @Test(arguments: [InputEvent.key(.ctrl("c")), .resize(Size(width: 80, height: 24)), .focus(true)])
    func `what means the same whatever is shown never waits`(event: InputEvent) {
        var held = HeldInput()
        #expect(held.judge(event, isUnderWay: true, now: Self.start) == .proceed)
        #expect(held.isEmpty)
    }

    @Test func `after five seconds nobody waits any longer, and the next wait has its own`() {
        var held = HeldInput()
        let key = InputEvent.key(.character("j"))
        #expect(held.judge(key, isUnderWay: true, now: Self.start) == .wait)
        #expect(held.deadline == Self.start.advanced(bySeconds: 5))
        // Waiting again does not put the end off.
        for second in 1...4 as ClosedRange<Int64> {
            for event in held.dequeueAll() {
                #expect(held.judge(event, isUnderWay: true, now: Self.start.advanced(bySeconds: second)) == .wait)
            }
            #expect(held.deadline == Self.start.advanced(bySeconds: 5))
        }
        let late = Self.start.advanced(bySeconds: 5)
        #expect(held.dequeueAll() == [key])
        #expect(held.judge(key, isUnderWay: true, now: late) == .giveUp)
        #expect(held.isEmpty)
        #expect(held.judge(key, isUnderWay: true, now: late) == .wait)
        #expect(held.deadline == late.advanced(bySeconds: 5))
    }

    @Test func `more than anybody types does not wait`() {
        var held = HeldInput()
        let key = InputEvent.key(.character("j"))
        let verdicts = (0..<100_000).map { _ in held.judge(key, isUnderWay: true, now: Self.start) }
        #expect(Set(verdicts) == [.wait])
        #expect(held.judge(key, isUnderWay: true, now: Self.start) == .proceed)
        #expect(held.dequeueAll().count == 100_000)
    }
}
