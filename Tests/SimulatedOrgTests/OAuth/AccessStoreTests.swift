import Primitives
import Testing

@testable import SimulatedOrg

struct AccessStoreTests {
    private func store() -> AccessStore { AccessStore(random: SeededGenerator(seed: 1)) }

    private func open(_ store: inout AccessStore, seconds: Int = 100, family: Int? = nil, now: Stamp = 0) -> String {
        store.openSession(
            user: "u",
            scope: "api",
            organization: "00D000000000001AAA",
            seconds: seconds,
            family: family,
            now: now
        )
    }

    @Test func `A session ends by time, by calls and by order`() {
        var store = store()
        let token = open(&store)
        #expect(token.hasPrefix("00D000000000001!"))
        #expect(store.session(token, now: 99) != nil)
        #expect(store.session(token, now: 100) == nil)
        let used = (0..<3).map { _ in store.use(token, now: 0, maximumCalls: 2) != nil }
        #expect(used == [true, true, false])
        let other = open(&store)
        store.endSessions()
        #expect(store.session(other, now: 0) == nil)
    }

    @Test func `Sessions that ran out don't gather`() {
        var store = store()
        let first = open(&store, now: 0)
        for _ in 0..<1_001 { _ = open(&store, now: 200) }
        #expect(store.session(first, now: 0) == nil)
        let last = open(&store, now: 200)
        #expect(store.session(last, now: 200) != nil)
    }

    @Test func `Rotation keeps one token alive, and a copied one ends the family`() throws {
        var store = store()
        let (family, first) = store.authorize(user: "u", scope: "api refresh_token")
        let session = open(&store, family: family)
        let second = try #require(try store.renew(first, rotates: true).next)
        #expect(store.refresh(first) == nil)
        #expect(store.refresh(second)?.family == family)
        #expect(throws: OAuthError.deadToken) { try store.renew(first, rotates: true) }
        #expect(store.refresh(second) == nil)
        #expect(store.session(session, now: 0) == nil)
    }

    @Test func `Revoking a refresh token ends its sessions, revoking a session only that`() throws {
        var store = store()
        let (family, refresh) = store.authorize(user: "u", scope: "api")
        let (first, second) = (open(&store, family: family), open(&store, family: family))
        let free = open(&store)
        try store.revoke(first)
        #expect(store.session(first, now: 0) == nil)
        #expect(store.session(second, now: 0) != nil)
        try store.revoke(refresh)
        #expect(store.session(second, now: 0) == nil)
        #expect(store.session(free, now: 0) != nil)
        #expect(throws: OAuthError.self) { try store.revoke(refresh) }
    }

    @Test func `A code is used up by success alone`() throws {
        var store = store()
        let code = store.issueCode(redirect: "http://a", challenge: nil, scope: "api", now: 0)
        func redeem(_ redirect: String, hasSecret: Bool = true, now: Stamp = 0) throws -> String {
            try store.redeem(code, redirect: redirect, verifier: nil, hasSecret: hasSecret, now: now)
        }
        #expect(throws: OAuthError.self) { try redeem("http://b") }
        #expect(throws: OAuthError.secret) { try redeem("http://a", hasSecret: false) }
        #expect(throws: OAuthError.self) { try redeem("http://a", now: 901) }
        #expect(try redeem("http://a", now: 900) == "api")
        #expect(throws: OAuthError.self) { try redeem("http://a") }
    }
}
