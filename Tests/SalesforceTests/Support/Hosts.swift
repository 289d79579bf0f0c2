import Primitives
import Salesforce

/// Where the org was, and what is there now.
final class Hosts: Sendable {
    /// What a host answers after the org has left it.
    enum Manner: CaseIterable, Sendable { case redirect, missingPage, otherPage, gone, silence }

    private let left = Locked<[(address: String, manner: Manner)]>([])

    /// The address to go to.
    func leave(_ manner: Manner) -> String {
        left.withLock {
            $0.append((Self.address($0.count), manner))
            return Self.address($0.count)
        }
    }

    private static func address(_ moves: Int) -> String {
        moves == 0 ? InProcessOrg.address : "http://org\(moves).example"
    }

    /// Nil where the org itself is, or a login host, which knows every org.
    func answer(_ address: String, _ target: String) throws(HTTPFault) -> HTTPAnswer? {
        let found = left.withLock { left in
            left.first { $0.address == address }.map { ($0.manner, left.count) }
        }
        guard let (manner, moves) = found, !target.hasPrefix("/services/oauth2") else { return nil }
        switch manner {
        case .redirect:
            return HTTPAnswer(status: 301, headers: ["location": Self.address(moves) + target], body: [])
        case .missingPage: return Self.page(404, "<html><title>URL No Longer Exists</title></html>")
        case .otherPage: return Self.page(200, "<!DOCTYPE html><html>Somebody else's</html>")
        case .gone: return HTTPAnswer(status: 410, headers: [:], body: [])
        case .silence: throw .unreachable("no such host")
        }
    }

    private static func page(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: ["content-type": "text/html"], body: Array(text.utf8))
    }
}
