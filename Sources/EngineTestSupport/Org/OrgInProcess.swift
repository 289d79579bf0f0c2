import Domain
package import Salesforce
package import SimulatedOrg

/// Asks a simulated org without a socket, and lets its faults befall the answers.
package struct OrgInProcess: HTTPExecuting {
    private let org: Org

    package init(org: Org) { self.org = org }

    package func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        guard let scheme = call.url.firstRange(of: "://") else { throw HTTPFault.unreachable("no scheme") }
        let rest = call.url[scheme.upperBound...]
        let target = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        let headers = Dictionary(call.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let answer = await org.respond(
            to: SimulatedRequest(call.method, target, headers: headers, body: call.body ?? [])
        )
        switch answer.transport {
        case .intact, .slow: break
        case .reset, .truncated: throw HTTPFault.interrupted("the connection was closed")
        }
        var lower: [String: String] = [:]
        for (name, value) in answer.headers { lower[name.lowercased()] = value }
        return HTTPAnswer(status: answer.status, headers: lower, body: answer.body)
    }
}
