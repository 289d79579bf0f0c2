import Domain
import Primitives

/// The `Date` of answers, written once a second at most and only when somebody asks: an idle listener has no timer.
final class DateHeader: Sendable {
    private let written = Locked<(second: Int64, text: String)>((.min, ""))

    func text(at now: Timestamp) -> String {
        written.withLock { written in
            if written.second != now.seconds { written = (now.seconds, now.httpDate) }
            return written.text
        }
    }
}
