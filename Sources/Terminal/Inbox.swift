import Primitives

/// Messages for the thread that draws, posted from anywhere.
package final class Inbox<Message: Sendable>: Sendable {
    private let waiting = Locked<[Message]>([])
    private let wakeup: Wakeup

    package init(wakeup: Wakeup) { self.wakeup = wakeup }

    /// Adds a message and wakes the other side if nothing was waiting yet. Whoever posts keeps the number of its messages
    /// bounded while nobody drains them.
    package func post(_ message: Message) {
        let isFirst = waiting.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        if isFirst { wakeup.signal() }
    }

    /// Takes all messages in the order of their posting.
    package func drain() -> [Message] {
        waiting.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }

    /// Whether nothing is waiting.
    package var isEmpty: Bool { waiting.withLock { $0.isEmpty } }
}
