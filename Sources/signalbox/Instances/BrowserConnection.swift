import Domain
import Glibc
import NIOHTTP1
import Primitives
import UnixSignals

/// Connects an instance through a person's browser, by the management API alone.
struct BrowserConnection: Sendable {
    enum Target: Sendable {
        /// The body of `POST /instances`.
        case new(JSON)
        /// An instance and what to merge into it.
        case existing(InstanceID, JSON)
    }

    /// Seconds that one question may wait for its answer.
    private static let patience = 30
    private static let endings: [UnixSignal] = [.sigint, .sigterm]

    let client: ManagementClient
    let target: Target

    /// The instance that came of it.
    ///
    /// - Throws: `CommandFailure`, `RefusedCall`; nothing was created or changed then.
    func run(readsPastes: Bool) async throws -> JSON {
        // Trapped before anything is begun, and for either part at once: there is no moment in which Ctrl-C ends the
        // program and leaves an authorization behind.
        let whileWaiting = await UnixSignalsSequence(trapping: Self.endings)
        let whileApplying = await UnixSignalsSequence(trapping: Self.endings)
        let begun: JSON
        do {
            begun = try await client.call(.POST, beginPath, body: settings).json
        } catch let error as RefusedCall where error.status == 409 {
            let why = error.message.split(separator: ";").first ?? "No browser is needed"
            StandardStreams.printDiagnostic("\(why); connecting.")
            return try await apply(.init("reconnect", true), interrupts: whileApplying)
        }
        guard let state = begun["state"]?.string, let url = begun["url"]?.string else {
            throw CommandFailure("The management API gave no authorization; is it another version of signalbox?")
        }
        explain(url, begun, readsPastes: readsPastes)
        let path = "/authorizations/" + state.percentEncoded
        do {
            try await wait(path, readsPastes: readsPastes, interrupts: whileWaiting)
        } catch {
            _ = try? await client.call(.DELETE, path)
            throw error
        }
        StandardStreams.printDiagnostic("The code has come; connecting.")
        return try await apply(.init("state", .string(state)), interrupts: whileApplying)
    }

    private var beginPath: String {
        switch target {
        case .new: "/authorizations"
        case .existing(let id, _): "/instances/\(id)/authorizations"
        }
    }

    private var settings: JSON {
        switch target {
        case .new(let body), .existing(_, let body): ["configuration": body["configuration"] ?? [:]]
        }
    }

    private func explain(_ url: String, _ begun: JSON, readsPastes: Bool) {
        let expires = begun["expires"]?.string.flatMap(Timestamp.init(parsing:))
        let end = expires.map { " until \(LocalTime.text($0))" } ?? ""
        let place = begun["redirectUrl"]?.string ?? "its callback address"
        var lines = ["Open this address in a browser and allow access:", "", "  " + url, ""]
        lines.append("Waiting\(end) for the browser to come back to \(place) (Ctrl-C gives up).")
        if readsPastes {
            lines.append("If that runs on another machine, paste the address that it ends on, or the code, then Enter.")
        }
        for line in lines { StandardStreams.printDiagnostic(line) }
    }

    /// Returns when there is a code, from the browser or pasted; the org alone knows whether it grants access.
    private func wait(_ path: String, readsPastes: Bool, interrupts: UnixSignalsSequence) async throws {
        let (news, sink) = AsyncStream.makeStream(of: News.self)
        let signals = Task { for await _ in interrupts { sink.yield(.interrupted) } }
        let sources = [watchBrowser(path, sink), signals] + (readsPastes ? [watchPastes(path, sink)] : [])
        defer { for source in sources { source.cancel() } }
        for await item in news {
            switch item {
            case .granted: return
            case .note(let text): StandardStreams.printDiagnostic(text)
            case .failed(let error): throw error
            case .interrupted: throw CommandFailure("Given up; nothing was changed.")
            }
        }
        throw CancellationError()
    }

    private enum News: Sendable {
        case granted
        case note(String)
        case failed(any Error)
        case interrupted

        init(_ answer: JSON) throws {
            switch answer["status"]?.string {
            case "granted": self = .granted
            case "refused":
                throw CommandFailure(answer["message"]?.string ?? "Access was not granted.")
            default: self = .note("")
            }
        }
    }

    private func watchBrowser(_ path: String, _ sink: AsyncStream<News>.Continuation) -> Task<Void, Never> {
        Task {
            do {
                while !Task.isCancelled {
                    let answer = try await client.call(.GET, path, query: [("wait", String(Self.patience))]).json
                    if case .granted = try News(answer) {
                        sink.yield(.granted)
                        return
                    }
                }
            } catch { sink.yield(.failed(error)) }
        }
    }

    /// A mistyped reply is said and may be given again; the end of the input only means that the browser must come.
    private func watchPastes(_ path: String, _ sink: AsyncStream<News>.Continuation) -> Task<Void, Never> {
        Task {
            do {
                for try await line in StandardInput.lines() where !line.trimmed.isEmpty {
                    do {
                        let answer = try await client.call(.POST, path, body: ["reply": .string(line)]).json
                        if case .granted = try News(answer) {
                            sink.yield(.granted)
                            return
                        }
                    } catch let error as RefusedCall where error.status == 400 {
                        sink.yield(.note("signalbox: \(error.message)"))
                    }
                }
            } catch { sink.yield(.failed(error)) }
        }
    }

    /// Creates or changes the instance with what gives access.
    private func apply(_ access: JSON.Member, interrupts: UnixSignalsSequence) async throws -> JSON {
        // What is under way in the engine can't be called back.
        let impatience = Task {
            for await _ in interrupts {
                StandardStreams.printDiagnostic(
                    "signalbox: Ended before the answer; `signalbox instances list` shows what came of it."
                )
                Glibc.exit(1)
            }
        }
        defer { impatience.cancel() }
        switch target {
        case .new(let body):
            // Whatever code stands there is not the one that was just given.
            let given = (body["providerData"]?.members ?? []).filter { !["code", "state"].contains($0.name) }
            var members = (body.members ?? []).filter { $0.name != "providerData" }
            members.append(.init("providerData", .object(given + [access])))
            if body["element"] == nil { members.append(.init("element", ["key": "sfdc"])) }
            return try await client.call(.POST, "/instances", body: .object(members)).json
        case .existing(let id, let body):
            let changes = body.adding("providerData", .object([access]))
            return try await client.call(.PATCH, "/instances/\(id)", body: changes).json
        }
    }
}
