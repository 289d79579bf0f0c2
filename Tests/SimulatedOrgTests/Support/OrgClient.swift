import EngineTestSupport
import Primitives
import SimulatedOrg
import TestSupport

/// Talks to an org in process, as an authorised app would.
struct OrgClient {
    let org: Org
    let token: String

    init(_ configuration: SimulatedOrgConfiguration = .empty, clock: OrgClock = .virtual) async {
        org = Org(configuration: configuration, clock: clock)
        token = await org.openSession()
    }

    init(org: Org, token: String) {
        self.org = org
        self.token = token
    }

    func send(
        _ method: String,
        _ path: String,
        headers: [String: String] = [:],
        body: JSON? = nil
    ) async -> SimulatedResponse {
        var headers = headers
        headers["authorization"] = "Bearer \(token)"
        let target = path.hasPrefix("/") ? path : "/services/data/v67.0/\(path)"
        return await org.respond(to: SimulatedRequest(method, target, headers: headers, body: body?.bytes ?? []))
    }

    func get(_ path: String, headers: [String: String] = [:]) async -> JSON {
        await send("GET", path, headers: headers).json ?? .null
    }

    func query(_ soql: String, all: Bool = false) async -> JSON {
        await get("\(all ? "queryAll" : "query")?q=\(percentEncoded(soql))")
    }

    /// The values of one field of a query's rows.
    func column(_ field: String, _ soql: String, all: Bool = false) async -> [JSON] {
        (await query(soql, all: all)["records"]?.array ?? []).compactMap { $0[field] }
    }

    /// Posts a form to the token endpoint.
    func token(_ form: String, headers: [String: String] = [:]) async -> SimulatedResponse {
        await org.respond(
            to: SimulatedRequest("POST", "/services/oauth2/token", headers: headers, body: Array(form.utf8))
        )
    }
}

func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        let character = Character(Unicode.Scalar(byte))
        if character.isASCII, character.isLetter || character.isNumber { return String(character) }
        let hex = String(byte, radix: 16, uppercase: true)
        return hex.count == 1 ? "%0\(hex)" : "%\(hex)"
    }.joined()
}

/// The parameters of a replication call.
func replicationSpan(_ start: String, _ end: String) -> String {
    "start=\(percentEncoded(start))&end=\(percentEncoded(end))"
}
