/// How long Signalbox waits for anything outside of it. The article “Limits” of the program's documentation shows the same
/// table, and a test compares the two.
///
/// ```swift
/// try await Task.sleep(for: .milliseconds(Limit.requestsAtEnd.milliseconds))
/// logger.warning("No answer within \(Limit.head.text).")  // within 30 s
/// ```
package enum Limit: String, Sendable, Hashable, CaseIterable {
    /// A place in the pool of connections, name, connection and TLS of an org or its login host, all of it together.
    case connect
    /// Name, connection and TLS of a callback, all of it together.
    case callbackConnect = "callback connect"
    /// A connection to a callback that nothing is posted over: kept for the next post.
    case callbackIdle = "callback connection"
    /// The same of an org.
    case pooledIdle = "pooled connection"
    /// From a query to the head of the org's answer: an org may think for two minutes (`QUERY_TIMEOUT` ends it there).
    case queryHead = "query head"
    /// From any other request to the head of the org's answer, and to that of a token endpoint's.
    case head
    /// Without a single byte in the middle of an answer.
    case silence
    /// Over which an answer must bring `slowestBytes`.
    case slowness
    /// A whole answer of an org, first byte to last.
    case answer
    /// A deployment of Apex, or its removal, that an org has in its queue or works on.
    case deployment = "Apex deployment"
    /// All that a callback may take, from the connection to the end of what is read of its answer; a setting.
    case callback
    /// A silent connection to a listener, and the head of its first request.
    case listenerHead = "listener head"
    /// The body of a request to a listener, however it trickles.
    case listenerBody = "listener body"
    /// A connection to a listener between two requests.
    case listenerIdle = "listener idle"
    /// Somebody who asked a listener, reads nothing of the answer and lets it pile up, a reader of the stream above all.
    case reader
    /// A read whose client has ended its sending, as one that has gone does.
    case abandoned = "abandoned read"
    /// The management API's stream, as the command line reads it: it sends heartbeats far more often.
    case streamSilence = "stream silence"
    /// A call of a node elsewhere that it answers by itself.
    case nodeAnswer = "node answer"
    /// Without a sign that a node elsewhere runs, while something is asked of it.
    case nodeSign = "node sign"
    /// An answer of a node where it asks an org or a callback first.
    case nodeWork = "node work"
    /// A collector of traces.
    case traces
    /// A second look at a certificate that is not trusted, to say what is wrong with it.
    case certificate
    /// The program that opens a browser.
    case browser
    /// A service manager, for a store that is opened: copied and changed for a new version, or repaired.
    case storeOpening = "opening the store"
    /// Another program that holds the database.
    case databaseLock = "database lock"
    /// The same when the program ends.
    case databaseLockAtEnd = "database lock at the end"
    /// Requests at the listeners that are under way when the program ends.
    case requestsAtEnd = "requests at the end"
    /// Callbacks that have not answered when the program ends.
    case attemptsAtEnd = "callbacks at the end"
    /// The last read of a poll that is under way when the program ends.
    case pollAtEnd = "poll at the end"
    /// What came of all these, on its way to the disk.
    case outcomesAtEnd = "outcomes at the end"
    /// Spans that no collector has when the program ends.
    case tracesAtEnd = "traces at the end"
    /// The whole end, from the signal or the key on. The others at the end come to less, so that this one ends nothing but
    /// what hangs against expectation.
    case shutdown
    /// How late an activity of the engine may be, beyond the limits of what it waits for, before it counts as overdue.
    case watchdog

    package var milliseconds: Int64 {
        switch self {
        case .connect: 10_000
        case .callbackConnect: 5_000
        case .callbackIdle: 30_000
        case .pooledIdle: 60_000
        case .queryHead: 150_000
        case .head: 30_000
        case .silence: 30_000
        case .slowness: 60_000
        case .answer: 900_000
        case .deployment: 600_000
        case .callback: 15_000
        case .listenerHead: 10_000
        case .listenerBody: 30_000
        case .listenerIdle: 60_000
        case .reader: 900_000
        case .abandoned: 15_000
        case .streamSilence: 60_000
        case .nodeAnswer: 30_000
        case .nodeSign: 3_000
        case .nodeWork: 900_000
        case .traces: 10_000
        case .certificate: 5_000
        case .browser: 10_000
        case .storeOpening: 7_200_000
        case .databaseLock: 5_000
        case .databaseLockAtEnd: 250
        case .requestsAtEnd: 1_000
        case .attemptsAtEnd: 1_500
        case .pollAtEnd: 1_500
        case .outcomesAtEnd: 500
        case .tracesAtEnd: 500
        case .shutdown: 4_250
        case .watchdog: 60_000
        }
    }

    /// What the other side did, where this ended the wait for it; goes on from “HOST was reached, but”.
    package var clause: String {
        switch self {
        case .queryHead, .head: "it did not begin to answer within \(text)"
        case .silence: "it stopped in the middle of its answer: nothing came for \(text)"
        case .slowness: "its answer comes too slowly: under 1 KB a second for \(text)"
        case .answer: "its answer was not whole after \(text)"
        default: "it took longer than \(text)"
        }
    }

    /// What an answer must bring within `slowness`: 1 KB a second.
    package static let slowestBytes: Int64 = 60 * 1024

    /// `150 s`, `15 min`, `250 ms`.
    package var text: String {
        let seconds = milliseconds / 1000
        if milliseconds % 1000 != 0 { return "\(milliseconds) ms" }
        return seconds % 60 == 0 && seconds > 60 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
