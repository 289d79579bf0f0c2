import ArgumentParser

/// Options of the commands that run the engine.
struct EngineArguments: ParsableArguments {
    @Option(
        name: .setting(.retrySchedule),
        help: .setting(.retrySchedule),
        completion: .list(["cloud-elements", "cloud-elements-9"])
    )
    var retrySchedule: String?

    @Option(name: .setting(.callbackTimeout), help: .setting(.callbackTimeout))
    var callbackTimeout: String?

    @Option(name: .setting(.callbackDeny), help: .setting(.callbackDeny))
    var callbackDeny: String?

    @Option(name: .setting(.pollOverlap), help: .setting(.pollOverlap))
    var pollOverlap: String?

    @Option(name: .setting(.reconcileEvery), help: .setting(.reconcileEvery))
    var reconcileEvery: String?

    @Flag(name: .setting(.allowPasswordGrant), help: .setting(.allowPasswordGrant))
    var allowPasswordGrant = false

    @Option(name: .setting(.retentionAge), help: .setting(.retentionAge))
    var retentionAge: String?

    @Option(name: .setting(.retentionEvents), help: .setting(.retentionEvents))
    var retentionEvents: String?

    @Option(name: .setting(.retentionSize), help: .setting(.retentionSize))
    var retentionSize: String?

    @Option(name: .setting(.freeSpace), help: .setting(.freeSpace))
    var freeSpace: String?

    var values: [SettingKey: String] {
        var out: [SettingKey: String] = [:]
        out[.retrySchedule] = retrySchedule
        out[.callbackTimeout] = callbackTimeout
        out[.callbackDeny] = callbackDeny
        out[.pollOverlap] = pollOverlap
        out[.reconcileEvery] = reconcileEvery
        out[.retentionAge] = retentionAge
        out[.retentionEvents] = retentionEvents
        out[.retentionSize] = retentionSize
        out[.freeSpace] = freeSpace
        if allowPasswordGrant { out[.allowPasswordGrant] = "true" }
        return out
    }
}
