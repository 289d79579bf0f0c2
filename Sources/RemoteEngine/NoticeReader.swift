import AsyncHTTPClient
import EngineAPI
import NIOCore
import Primitives

/// One reader of a node's notices, each pulled when the one before was taken; begins anew when the stream breaks off.
///
/// A node begins each stream with notices to look at all again, so that nothing is missed that was posted meanwhile.
actor NoticeReader {
    private let connection: NodeConnection
    private let pauses: [Duration]
    private var chunks: PacedBody<HTTPClientResponse.Body>.Iterator?
    private var parser = ServerSentEventParser()
    private var ready: ArraySlice<EngineNotice> = []
    private var failures = 0
    private var lastSequence: Int64?

    init(_ connection: NodeConnection, pauses: [Duration]) {
        self.connection = connection
        self.pauses = pauses
    }

    /// Nil once whoever asks has been cancelled.
    func next() async -> EngineNotice? {
        while !Task.isCancelled {
            if let notice = ready.popFirst() { return notice }
            do { try await readOn() } catch {
                chunks = nil
                guard !Task.isCancelled else { return nil }
                // Said there, and tried again here.
                _ = await connection.interrupted(error)
                guard (try? await Task.sleep(for: pause)) != nil else { return nil }
                failures += 1
            }
        }
        return nil
    }

    private var pause: Duration {
        let longest = pauses.last ?? .seconds(1)
        let base = failures < pauses.count ? pauses[failures] : longest
        // Many dashboards that lost one node do not come back in step.
        return base * Double.random(in: 0.8...1.2)
    }

    private func readOn() async throws {
        let stream: PacedBody<HTTPClientResponse.Body>.Iterator
        if let chunks {
            stream = chunks
        } else {
            stream = try await connection.stream(.notices)
            chunks = stream
            parser = ServerSentEventParser()
        }
        let chunk: ByteBuffer?
        do { chunk = try await stream.next(isolation: self) } catch is PacedBody<HTTPClientResponse.Body>.Silent {
            throw NodeSilence()
        }
        guard let chunk else { throw NodeEnd() }
        connection.link.hear()
        failures = 0
        for event in try parser.feed(chunk.readableBytesView) where event.name == "notice" && !event.data.isEmpty {
            let json = try JSON(parsing: event.data)
            ready.append(counted(try EngineNotice(wire: json)))
        }
    }

    /// The notice that a stream begins with counts nothing: what came since the last one is known from the sequences.
    private func counted(_ notice: EngineNotice) -> EngineNotice {
        guard case .stored(let count, let sequence) = notice else { return notice }
        defer { lastSequence = max(lastSequence ?? sequence, sequence) }
        guard count == 0, let lastSequence, sequence > lastSequence else { return notice }
        return .stored(count: Int(clamping: sequence.subtracting(saturating: lastSequence)), lastSequence: sequence)
    }
}
