import Primitives

/// Posts changes to nodes that may be ending, dead or not there yet, and remembers what they said.
final class WebhookSender: Sendable {
    private let addresses: [WebhookAddress]
    private let state = Locked((last: "", faults: [String]()))

    init(_ addresses: [WebhookAddress]) { self.addresses = addresses }

    var instances: [Int64] { addresses.map(\.instance) }
    /// The last answer, or what befell the exchange.
    var last: String { state.withLock { $0.last } }
    /// Answers that no sender should ever see.
    var faults: [String] { state.withLock { $0.faults } }

    /// Whether a node has acknowledged a change; `mayRefuse` tells whether it has another time, and so refuses what is signed
    /// by the right one.
    func post(_ number: Int, _ change: Int, to node: String, mayRefuse: () -> Bool = { false }) async -> Bool {
        let mightRefuse = mayRefuse()
        do {
            let address = addresses[number % addresses.count]
            guard let answer = try await address.post(number, change, to: node) else { return false }
            let isRefusal = answer.status == 401 && (mightRefuse || mayRefuse())
            state.withLock { state in
                state.last = "\(answer.status) \(answer.text)"
                // One that is ending or has lost the database says so.
                if ![202, 503].contains(answer.status), !isRefusal { state.faults.append(state.last) }
            }
            return answer.status == 202
        } catch {
            state.withLock { $0.last = "\(error)" }
            return false
        }
    }
}
