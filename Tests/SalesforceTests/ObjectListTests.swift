import Domain
import Primitives
import Salesforce
import SimulatedOrg
import Testing

struct ObjectListTests {
    @Test func `a list that lacks what is looked for is read anew, once, and one that has it is kept`() async throws {
        let org = InProcessOrg.empty()
        let isMade = Locked(false)
        let proxy = Proxy(org: org) { call, answer in
            guard call.url.hasSuffix("/sobjects"), !isMade.withLock({ $0 }) else { return answer }
            var answer = answer
            answer.body = Array(answer.text.replacing("\"name\":\"Lead\"", with: "\"name\":\"Unmade\"").utf8)
            return answer
        }
        let session = await proxy.session()
        let hasLead: @Sendable ([ObjectDescription]) -> Bool = { list in list.contains { $0.name == "Lead" } }
        let first = try await session.describeObjects()
        #expect(!first.isEmpty && !hasLead(first))
        isMade.withLock { $0 = true }
        _ = await session.drainCalls()
        let kept = try await session.describeObjects()
        #expect(kept == first)
        #expect(await session.drainCalls() == [:])
        let fresh = try await session.describeObjects(where: hasLead)
        #expect(hasLead(fresh))
        #expect(await session.drainCalls() == [.describe: 1])
        _ = try await session.describeObjects(where: hasLead)
        #expect(await session.drainCalls() == [:])
        // What the org lacks even then is looked for once.
        let last = try await session.describeObjects(where: { _ in false })
        #expect(last == fresh)
        #expect(await session.drainCalls() == [.describe: 1])
    }

    @Test func `where the org itself is to say it, no list that is kept answers for one that refuses`()
        async throws
    {
        let org = InProcessOrg.empty()
        let refuses = Locked(false)
        let proxy = Proxy(org: org) { call, answer in
            guard call.url.hasSuffix("/sobjects"), refuses.withLock({ $0 }) else { return answer }
            var answer = answer
            answer.status = 403
            return answer
        }
        let session = await proxy.session()
        let list = try await session.describeObjects()
        refuses.withLock { $0 = true }
        let kept = try await session.describeObjects()
        #expect(kept == list)
        await #expect(throws: SalesforceError.self) { try await session.describeObjectsAnew() }
        let known = try await session.describeObjects(where: { _ in false })
        #expect(known == list)
    }
}
