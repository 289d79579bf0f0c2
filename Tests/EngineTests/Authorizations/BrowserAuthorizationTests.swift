import Domain
import EngineAPI
import Primitives
import Salesforce
import TestSupport
import Testing

@testable import Engine

struct BrowserAuthorizationTests {
    private let clock = ManualClock()

    private func begin(_ authorizations: BrowserAuthorizations) throws -> BrowserAuthorization {
        var configuration = InstanceConfiguration()
        configuration.oauthCallbackURL = "http://localhost:8181/oauth/callback"
        return try authorizations.begin(configuration) { "\($0.baseURL)?state=\($1)&challenge=\($2)" }
    }

    private func redirect(_ state: String?, code: String = "aPrx") throws -> AuthorizationReply {
        try #require(AuthorizationReply(state: state, code: code, error: nil, description: nil))
    }

    @Test func `a redirect counts once, and only with the state that was begun`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        #expect(!authorizations.accept(try redirect("another")))
        #expect(!authorizations.accept(try redirect(nil)))
        #expect(try await authorizations.progress(of: begun.state, waiting: 0) == .waiting)
        #expect(authorizations.accept(try redirect(begun.state)))
        #expect(!authorizations.accept(try redirect(begun.state, code: "second")))
        #expect(try await authorizations.progress(of: begun.state, waiting: 60_000) == .granted)
    }

    @Test func `a state says by its end which node began it, and another node hands on what the browser brought`()
        throws
    {
        let authorizations = BrowserAuthorizations(clock: clock)
        authorizations.sign(as: ".7")
        let begun = try begin(authorizations)
        #expect(begun.state.hasSuffix(".7") && begun.url.contains(begun.state))
        let granted = AuthorizationRedirect(state: begun.state, code: "a/b+c=&", error: nil, errorDescription: nil)
        let reply = try AuthorizationReply(parsing: granted.address)
        #expect(reply.state == begun.state && reply.outcome == .code("a/b+c=&"))
        let no = AuthorizationRedirect(
            state: "s",
            code: nil,
            error: "access_denied",
            errorDescription: "say \u{201C}no\u{201D}"
        )
        let refusal = try AuthorizationReply(parsing: no.address)
        let same = AuthorizationReply(state: "s", code: nil, error: no.error, description: no.errorDescription)
        #expect(refusal == same)
    }

    @Test func `after 15 minutes nothing is taken any more`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        #expect(begun.expires == clock.now.advanced(bySeconds: 900))
        clock.advance(seconds: 899)
        #expect(try await authorizations.progress(of: begun.state, waiting: 0) == .waiting)
        clock.advance(seconds: 1)
        #expect(!authorizations.accept(try redirect(begun.state)))
        #expect(throws: ClientError.self) { try authorizations.accept(pasted: "aPrx", for: begun.state) }
    }

    @Test func `a wait ends with its time, and no wait outlives the authorization`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        for (seconds, end) in [(30, clock.now.advanced(bySeconds: 30)), (3600, begun.expires)] as [(Int64, Timestamp)] {
            let waiting = Task { try await authorizations.progress(of: begun.state, waiting: seconds * 1000) }
            try await waitUntil("it waits until \(end)") { clock.isAwaited(end) }
            clock.advance(seconds: end.since(clock.now) / 1000 - 1)
            #expect(clock.isAwaited(end))
            clock.advance(seconds: 1)
            let result = await waiting.result
            if end < begun.expires {
                #expect(try result.get() == .waiting)
            } else {
                #expect(throws: ClientError.self) { try result.get() }
            }
        }
    }

    @Test func `everyone who waits hears the answer, and giving up ends their wait`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        async let one = authorizations.progress(of: begun.state, waiting: 60_000)
        async let two = authorizations.progress(of: begun.state, waiting: 60_000)
        #expect(authorizations.accept(try redirect(begun.state)))
        #expect(try await [one, two] == [.granted, .granted])
        let other = try begin(authorizations)
        let waiting = Task { try await authorizations.progress(of: other.state, waiting: 60_000) }
        authorizations.cancel(other.state)
        await #expect(throws: ClientError.self) { try await waiting.value }
    }

    @Test func `a cancelled task waits no longer`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        let waiting = Task { try await authorizations.progress(of: begun.state, waiting: 60_000) }
        waiting.cancel()
        #expect(try await waiting.value == .waiting)
    }

    @Test(arguments: [
        "http://localhost:8181/oauth/callback?code=x&state=other", "http://localhost:8181/oauth/callback?code=x",
        "http://localhost:8181/oauth/callback", "https://acme.my.salesforce.com", "not a code", "",
    ])
    func `a pasted reply that is not of this attempt changes nothing`(_ text: String) async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        #expect(throws: ClientError.self) { try authorizations.accept(pasted: text, for: begun.state) }
        #expect(try await authorizations.progress(of: begun.state, waiting: 0) == .waiting)
    }

    @Test func `a bare code, a whole address and a refusal are understood`() throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        #expect(try authorizations.accept(pasted: " aPrx%3D\n", for: begin(authorizations).state) == .granted)
        let begun = try begin(authorizations)
        let address = "http://localhost:8181/oauth/callback?code=aPrx&state=\(begun.state)"
        #expect(try authorizations.accept(pasted: address, for: begun.state) == .granted)
        let denied = try begin(authorizations)
        let refusal = "http://localhost:8181/oauth/callback?error=access_denied&state=\(denied.state)"
        guard case .refused(let reason) = try authorizations.accept(pasted: refusal, for: denied.state) else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains("choose Allow"))
    }

    @Test func `the last code that is pasted counts, until it is used`() throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        for text in ["oops", "http://localhost:8181/oauth/callback?code=aPrx&state=\(begun.state)"] {
            let progress = try authorizations.accept(pasted: text, for: begun.state)
            #expect(progress == .granted)
        }
        let grant = try authorizations.redeem(begun.state, with: InstanceConfiguration())
        #expect(grant.code == "aPrx")
        let late = #expect(throws: ClientError.self) { try authorizations.accept(pasted: "late", for: begun.state) }
        #expect(late?.kind == .conflict)
        authorizations.release(grant)
        let again = try authorizations.redeem(begun.state, with: InstanceConfiguration())
        #expect(again.code == "aPrx")
    }

    @Test func `what the browser brings takes the place of a pasted code, and no pasted one takes its`() throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let begun = try begin(authorizations)
        _ = try authorizations.accept(pasted: "oops", for: begun.state)
        let isTaken = authorizations.accept(try redirect(begun.state, code: "aPrx"))
        #expect(isTaken)
        let progress = try authorizations.accept(pasted: "oops", for: begun.state)
        #expect(progress == .granted)
        let grant = try authorizations.redeem(begun.state, with: InstanceConfiguration())
        #expect(grant.code == "aPrx")
    }

    @Test func `no more than a few are kept`() async throws {
        let authorizations = BrowserAuthorizations(clock: clock)
        let first = try begin(authorizations)
        clock.advance(seconds: 1)
        for _ in 0..<64 { _ = try begin(authorizations) }
        await #expect(throws: ClientError.self) { try await authorizations.progress(of: first.state, waiting: 0) }
    }
}
