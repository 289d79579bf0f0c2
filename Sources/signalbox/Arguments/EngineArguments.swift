import ArgumentParser

/// Options of the commands that run the engine.
struct EngineArguments: ParsableArguments {
    @Option(
        name: .customLong("retry-schedule"),
        help: ArgumentHelp(
            "Waits between attempts: 5s,5m,30m,…, or cloud-elements (8^x), or cloud-elements-9 (4^x).",
            valueName: "steps"
        ),
        completion: .list(["cloud-elements", "cloud-elements-9"])
    )
    var retrySchedule: String?

    @Option(
        name: .customLong("callback-timeout"),
        help: ArgumentHelp("How long a callback may take to answer (default: 15s).", valueName: "duration")
    )
    var callbackTimeout: String?

    @Option(
        name: .customLong("poll-overlap"),
        help: ArgumentHelp("How far back each poll reads again (default: 15m).", valueName: "duration")
    )
    var pollOverlap: String?

    @Option(
        name: .customLong("reconcile-every"),
        help: ArgumentHelp("How often to look for what polls miss (default: 1h; never).", valueName: "duration")
    )
    var reconcileEvery: String?

    @Flag(
        name: .customLong("allow-password-grant"),
        help: "Let instances connect by user name and password, which Salesforce retires."
    )
    var allowPasswordGrant = false

    var values: [SettingKey: String] {
        var out: [SettingKey: String] = [:]
        out[.retrySchedule] = retrySchedule
        out[.callbackTimeout] = callbackTimeout
        out[.pollOverlap] = pollOverlap
        out[.reconcileEvery] = reconcileEvery
        if allowPasswordGrant { out[.allowPasswordGrant] = "true" }
        return out
    }
}
