extension Org {
    /// The callouts that are due now, in order; each must be reported to ``finishCallout(_:succeeded:)``.
    package func dequeueDueCallouts() -> [Callout] {
        perform { $0.callouts.dequeueDue() }
    }

    /// Records how a callout went; a failed one comes due again later.
    package func finishCallout(_ number: Int, succeeded: Bool) {
        perform { $0.callouts.finish(number, succeeded: succeeded) }
    }

    /// When the next callout is due, or nil when none waits.
    package var nextCalloutDue: Stamp? { perform { $0.callouts.nextDue } }

    var reordersCallouts: Bool { perform { $0.callouts.policy.reorders } }

    /// Sets how callouts go astray.
    package func setCalloutPolicy(_ policy: CalloutPolicy) {
        perform { $0.callouts.policy = policy }
    }

    /// Adds a standing order for outbound messages.
    package func add(_ rule: OutboundMessageRule) {
        perform { $0.callouts.add(rule) }
    }

    /// Sets what tests cover and which fail, for deployments to come.
    package func setTestOutcome(coverage: [String: Int] = [:], failing: [String: String] = [:]) {
        perform { $0.metadata.setTestOutcome(coverage: coverage, failing: failing) }
    }

    /// The names of the deployed triggers.
    package var deployedTriggers: [String] { perform { $0.metadata.code.triggers.keys.sorted() } }

    /// The names of the deployed classes.
    package var deployedClasses: [String] { perform { $0.metadata.code.classes.keys.sorted() } }

    /// The names of the remote sites.
    package var remoteSites: [String] { perform { $0.metadata.code.sites.keys.sorted() } }
}
