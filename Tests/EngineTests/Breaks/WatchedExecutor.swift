import Domain
import Salesforce

/// Asks orgs by the real client, and counts how calls end and which end too late.
struct WatchedExecutor: HTTPExecuting {
    let http: HTTPClientExecutor
    let limits: Limits
    let tally: BreakTally

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        let watch = ContinuousClock()
        let begin = watch.now
        defer {
            let most = limits[call.limit] + limits[.answer] + BreakRun.slack
            if watch.now - begin > .milliseconds(most) { tally.late("\(call.method) \(call.url.prefix(80))") }
        }
        do { return try await http.execute(call) } catch let fault as HTTPFault {
            switch fault {
            case .exceeded(let limit): tally.ended(limit.rawValue)
            case .interrupted: tally.ended("cut")
            case .broken, .malformed: tally.ended("no HTTP")
            case .unreachable: tally.ended("unreachable")
            case .tooLarge: tally.ended("too large")
            }
            throw fault
        }
    }
}
