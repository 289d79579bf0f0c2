import Domain
import EngineAPI
import Primitives
import Salesforce

extension Watchdog {
    /// A token endpoint answers in few bytes.
    static let longestTokenStep =
        Limit.connect.milliseconds + Limit.head.milliseconds + Limit.slowness.milliseconds

    /// Watches an instance's token requests, and reports every request: its words at its beginning, nil when an answer
    /// came.
    func orgObserver(
        for id: InstanceID,
        _ report: @escaping @Sendable (String?) -> Void = { _ in }
    ) -> OrgObserver {
        OrgObserver { [self] step, giveUp in
            report(step.words)
            guard step.isTokenRequest else { return { if $0 == .moved { report(nil) } } }
            let renewal = watch(.tokenRenewal, of: id) { giveUp() }
            renewal.waits(step.words, by: clock.due.advanced(byMilliseconds: Self.longestTokenStep))
            return { end in
                renewal.ended()
                if end == .moved { report(nil) }
            }
        }
    }
}
