import Primitives

/// Where intake leaves ids for the dispatcher without waiting for it.
final class DispatchMailbox: Sendable {
    static let capacity = 4096

    private struct Contents {
        var ids: [Int64] = []
        var overflowed = false
        var isFinished = false
    }

    private let contents = Locked(Contents())
    /// One element however often it was woken meanwhile.
    let wakeups: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() {
        (wakeups, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        bell.yield()
    }

    func enqueue(_ ids: [Int64]) {
        contents.withLock { contents in
            let room = Self.capacity - contents.ids.count
            contents.ids.append(contentsOf: ids.prefix(room))
            if ids.count > room { contents.overflowed = true }
        }
        bell.yield()
    }

    /// Ends the dispatcher's loop.
    func finish() {
        contents.withLock { $0.isFinished = true }
        bell.finish()
    }

    var isFinished: Bool { contents.withLock { $0.isFinished } }

    func wake() { bell.yield() }

    var isEmpty: Bool { contents.withLock { $0.ids.isEmpty && !$0.overflowed } }

    func dequeue() -> (ids: [Int64], overflowed: Bool) {
        contents.withLock { contents in
            let taken = (contents.ids, contents.overflowed)
            contents.ids = []
            contents.overflowed = false
            return taken
        }
    }
}
