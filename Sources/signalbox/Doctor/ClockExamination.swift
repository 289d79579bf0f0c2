import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1
import Primitives

/// This machine's clock beside those of the orgs, as their answers' `Date` headers tell it.
struct ClockExamination: Sendable {
    /// Signatures are refused by receivers from five minutes on (Standard Webhooks); a warning well before that.
    private static let tolerance: Int64 = 60
    private static let refused: Int64 = 300

    private let urls: [String]
    private let clients: Clients

    init(_ urls: [String], _ clients: Clients) {
        self.urls = Array(Set(urls)).sorted()
        self.clients = clients
    }

    var findings: [Finding] {
        get async {
            var ahead: [Int64] = []
            let orgs = clients.orgClients
            for url in urls {
                if let seconds = await secondsAhead(of: url, orgs) { ahead.append(seconds) }
            }
            do { try await orgs.shutdown() } catch {
                return [.warning("clock", Examination.sentence(error))]
            }
            return Self.verdict(ahead)
        }
    }

    /// `ahead`: by how many seconds this clock is ahead of each org's.
    static func verdict(_ ahead: [Int64]) -> [Finding] {
        guard let worst = ahead.max(by: { abs($0) < abs($1) }) else {
            return [
                .warning("clock", "No org said what time it is; compare this machine's clock by hand (`timedatectl`).")
            ]
        }
        let text = "This machine's clock is \(abs(worst)) s \(worst > 0 ? "ahead of" : "behind") an org's"
        if abs(worst) >= refused {
            return [.failed("clock", "\(text): receivers refuse such signatures; set it (`timedatectl set-ntp true`).")]
        }
        if abs(worst) >= tolerance { return [.warning("clock", "\(text); set it (`timedatectl set-ntp true`).")] }
        return [.sound("clock", "within \(max(1, abs(worst))) s of the orgs'")]
    }

    private func secondsAhead(of url: String, _ orgs: OrgClients) async -> Int64? {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        var request = HTTPClientRequest(url: base + "/services/data/")
        request.method = .GET
        let http = orgs.client(for: request.url).client
        guard let answer = try? await http.execute(request, timeout: .milliseconds(Limit.connect.milliseconds)),
            let text = answer.headers.first(name: "Date"), let date = HTTPDate.parse(text)
        else { return nil }
        return Timestamp.now().since(date) / 1000
    }
}
