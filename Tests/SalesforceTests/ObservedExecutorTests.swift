import Domain
import Primitives
import TestSupport
import Testing

@testable import Salesforce

/// What is told of a request while it is under way, and how the wait for it ends.
@Suite(.timeLimit(.minutes(20)))
struct ObservedExecutorTests {
    /// Answers when it is cancelled at the latest.
    private struct Silence: HTTPExecuting {
        func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
            await Patience.end()
            throw CancellationError()
        }
    }

    private struct Script: HTTPExecuting {
        let result: Result<HTTPAnswer, HTTPFault>

        func execute(_ call: HTTPCall) async throws -> HTTPAnswer { try result.get() }
    }

    private final class Notes: Sendable {
        let steps = Locked<[OrgObserver.Step]>([])
        let ends = Locked<[OrgObserver.End]>([])
        let giveUp = Locked<(@Sendable () -> Void)?>(nil)
        let begun = Gate()

        var observer: OrgObserver {
            OrgObserver { [self] step, giveUp in
                steps.withLock { $0.append(step) }
                self.giveUp.withLock { $0 = giveUp }
                begun.open()
                return { [self] end in ends.withLock { $0.append(end) } }
            }
        }
    }

    private static let call = HTTPCall(method: "GET", url: "https://acme.example/services/data/v60.0/query?q=SELECT")

    private static func run(
        _ http: any HTTPExecuting,
        _ notes: Notes,
        isTokenEndpoint: Bool = false,
        _ call: HTTPCall = call
    ) async throws -> HTTPAnswer {
        try await OrgObserver.$current.withValue(notes.observer) {
            try await ObservedExecutor(http: http, isTokenEndpoint: isTokenEndpoint).execute(call)
        }
    }

    @Test(arguments: [
        (false, "https://acme.example/services/data?q=SELECT+Secret", "waiting for GET acme.example/services/data"),
        (
            true, "https://login.example:8443/services/oauth2/token",
            "waiting for the token endpoint of login.example:8443"
        ),
        (false, "http://a.example/x\u{1B}[31m\u{202E}\n y#z", "waiting for GET a.example/x[31my"),
        (
            false, "https://a.example/" + String(repeating: "x", count: 5000),
            "waiting for GET a.example/" + String(repeating: "x", count: 110)
        ),
        (false, "", "waiting for GET "),
    ])
    func `a step names where it goes, nothing of what is asked or secret, and no more than fits`(
        isTokenEndpoint: Bool,
        url: String,
        words: String
    ) async throws {
        let notes = Notes()
        let call = HTTPCall(method: "GET", url: url, headers: [.init("Authorization", "Bearer secret")])
        let answer = try await Self.run(
            Script(result: .success(HTTPAnswer(status: 200))),
            notes,
            isTokenEndpoint: isTokenEndpoint,
            call
        )
        #expect(answer.status == 200)
        #expect(notes.steps.withLock { $0.map(\.words) } == [words])
        #expect(notes.ends.withLock { $0 } == [.moved])
    }

    @Test func `a failure is a sign of life as well`() async throws {
        let notes = Notes()
        await #expect(throws: HTTPFault.interrupted("gone")) {
            _ = try await Self.run(Script(result: .failure(.interrupted("gone"))), notes)
        }
        #expect(notes.ends.withLock { $0 } == [.moved])
    }

    @Test func `one that is given up fails as one whose time was over, and is no sign of life`() async throws {
        let notes = Notes()
        let waiting = Task { try await Self.run(Silence(), notes, isTokenEndpoint: true) }
        await notes.begun.wait()
        notes.giveUp.withLock { $0 }?()
        await #expect(throws: HTTPFault.exceeded(.head)) { try await waiting.value }
        #expect(notes.ends.withLock { $0 } == [.cancelled])
    }

    @Test func `one whose caller is cancelled ends as cancelled, and is no sign of life`() async throws {
        let notes = Notes()
        let waiting = Task { try await Self.run(Silence(), notes) }
        await notes.begun.wait()
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(notes.ends.withLock { $0 } == [.cancelled])
    }
}
