extension Org {
    /// The callouts that are due now, in order; each must be reported to ``finishCallout(_:succeeded:)``.
    package func takeDueCallouts() -> [Callout] {
        withState { $0.callouts.takeDue(now: $0.now, random: &$0.random) }
    }

    /// Notes how a callout went; a failed one comes due again later.
    package func finishCallout(_ number: Int, succeeded: Bool) {
        withState { $0.callouts.finish(number, succeeded: succeeded, now: $0.now) }
    }

    /// When the next callout is due, or nil when none waits.
    package var nextCalloutDue: Stamp? { withState { $0.callouts.nextDue } }

    var reordersCallouts: Bool { withState { $0.callouts.policy.reorders } }

    /// Sets how callouts go astray.
    package func setCalloutPolicy(_ policy: CalloutPolicy) {
        withState { $0.callouts.policy = policy }
    }

    /// Adds a standing order for outbound messages.
    package func add(_ rule: OutboundMessageRule) {
        withState { $0.callouts.rules.append(rule) }
    }

    /// Sets what tests cover and which fail, for deployments to come.
    package func setTestOutcome(coverage: [String: Int] = [:], failing: [String: String] = [:]) {
        withState { state in
            state.testCoverage = coverage
            state.failingTests = failing
        }
    }

    /// The names of the deployed triggers.
    package var deployedTriggers: [String] { withState { $0.code.triggers.keys.sorted() } }

    /// The names of the deployed classes.
    package var deployedClasses: [String] { withState { $0.code.classes.keys.sorted() } }

    /// The names of the remote sites.
    package var remoteSites: [String] { withState { $0.code.sites.keys.sorted() } }
}
