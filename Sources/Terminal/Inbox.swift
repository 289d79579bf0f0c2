import Synchronization

/// Messages for the thread that draws, posted from anywhere.
package final class Inbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    private let wakeup: Wakeup
    private let join: @Sendable (Message, Message) -> Message?

    /// `join` gives an earlier and a later message as one, or nil where both must be told. Without it, a drawing thread
    /// that is stopped by a stalled terminal would come back to as many messages as were posted meanwhile.
    package init(wakeup: Wakeup, join: @escaping @Sendable (Message, Message) -> Message? = { _, _ in nil }) {
        self.wakeup = wakeup
        self.join = join
    }

    /// Adds a message, joined with one that waits if they can be, and wakes the other side if nothing was waiting yet.
    /// What was joined is told in the later one's turn, so that no answer posted between them seems to be the newer.
    package func post(_ message: Message) {
        let isFirst = waiting.withLock { messages in
            let isFirst = messages.isEmpty
            for index in messages.indices.reversed() {
                guard let joined = join(messages[index], message) else { continue }
                messages.remove(at: index)
                messages.append(joined)
                return isFirst
            }
            messages.append(message)
            return isFirst
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
