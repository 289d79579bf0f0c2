/// Counts attempts under way so that one that never ends is seen, at the cost of two numbers whatever their count.
///
/// Each belongs to the older heap or to the younger one. Where the older is empty the younger takes its place and has the
/// time of one attempt to become empty: one that hangs keeps its heap from that.
struct AttemptsUnderWay: Sendable, Hashable {
    private var older = 0
    private var younger = 0
    private var olderNumber = 0

    var isEmpty: Bool { older == 0 }

    /// The heap that the attempt belongs to, and whether that has its time from now on.
    mutating func begin() -> (heap: Int, turned: Bool) {
        guard older > 0 else {
            older = 1
            return (olderNumber, true)
        }
        younger += 1
        return (olderNumber + 1, false)
    }

    /// Whether another heap, or none, has its time from now on.
    mutating func end(_ heap: Int) -> Bool {
        guard heap == olderNumber else {
            younger -= 1
            return false
        }
        older -= 1
        guard older == 0 else { return false }
        older = younger
        younger = 0
        olderNumber += 1
        return true
    }
}
