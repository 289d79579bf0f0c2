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

    @Option(name: .setting(.traces), help: .setting(.traces))
    var traces: String?

    @Option(name: .setting(.callbackCA), help: .setting(.callbackCA), completion: .file())
    var callbackCA: String?

    @Option(
        name: .setting(.callbackClientCertificate),
        help: .setting(.callbackClientCertificate),
        completion: .file()
    )
    var callbackClientCertificate: String?

    @Option(name: .setting(.callbackClientKey), help: .setting(.callbackClientKey), completion: .file())
    var callbackClientKey: String?

    @Option(name: .setting(.orgCA), help: .setting(.orgCA), completion: .file())
    var orgCA: String?

    @Option(name: .setting(.orgClientCertificate), help: .setting(.orgClientCertificate), completion: .file())
    var orgClientCertificate: String?

    @Option(name: .setting(.orgClientKey), help: .setting(.orgClientKey), completion: .file())
    var orgClientKey: String?

    @Option(name: .setting(.tlsCertificate), help: .setting(.tlsCertificate), completion: .file())
    var tlsCertificate: String?

    @Option(name: .setting(.tlsKey), help: .setting(.tlsKey), completion: .file())
    var tlsKey: String?

    @Option(name: .setting(.managementClientCA), help: .setting(.managementClientCA), completion: .file())
    var managementClientCA: String?

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
        out[.traces] = traces
        if allowPasswordGrant { out[.allowPasswordGrant] = "true" }
        out[.callbackCA] = callbackCA
        out[.callbackClientCertificate] = callbackClientCertificate
        out[.callbackClientKey] = callbackClientKey
        out[.orgCA] = orgCA
        out[.orgClientCertificate] = orgClientCertificate
        out[.orgClientKey] = orgClientKey
        out[.tlsCertificate] = tlsCertificate
        out[.tlsKey] = tlsKey
        out[.managementClientCA] = managementClientCA
        return out
    }
}
