import Drawing
import FoundationEssentials
import Glibc
import Logging
import Primitives
import Terminal

/// One line a message on standard error, as text or as a JSON object.
///
/// All of it goes through the gate for outside text, as a message may hold an org's words or a callback's.
struct LineLog: LogHandler {
    enum Format: String, Sendable, Hashable, CaseIterable {
        case text
        case json
    }

    let label: String
    let format: Format
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    init(label: String, format: Format) {
        self.label = label
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            .map { (name: $0.key, value: "\($0.value)") }
        StandardStreams.printLog(
            Self.line(format, at: Timestamp.now(), event.level, label, "\(event.message)", metadata)
        )
        RedirectedLog.rotateIfLong()
    }

    static func line(
        _ format: Format,
        at now: Timestamp,
        _ level: Logger.Level,
        _ label: String,
        _ message: String,
        _ metadata: [(name: String, value: String)]
    ) -> String {
        switch format {
        case .text:
            let words = metadata.map { " \($0.name)=\(DisplayText($0.value).string)" }.joined()
            return "\(now.isoMilliseconds) \(level.rawValue) \(label): \(DisplayText(message).string)\(words)"
        case .json:
            // The names of ours go first and can't be taken by metadata.
            var members = [
                JSON.Member("time", .string(now.isoMilliseconds)), JSON.Member("level", .string(level.rawValue)),
                JSON.Member("logger", .string(label)), JSON.Member("message", .string(DisplayText(message).string)),
            ]
            let own = Set(members.map(\.name))
            for (name, value) in metadata {
                members.append(
                    JSON.Member(own.contains(name) ? "metadata." + name : name, .string(DisplayText(value).string))
                )
            }
            return JSON.object(members).text
        }
    }
}
