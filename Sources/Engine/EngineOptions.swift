package import Callbacks
package import CoreMetrics
package import Domain
package import Tracing

/// How the engine goes about its work; everything has a default.
package struct EngineOptions: Sendable {
    package var retryPolicy = RetryPolicy.standard
    /// Milliseconds that one attempt may take in all.
    package var callbackTimeout = Limit.callback.milliseconds
    /// Seconds that each poll reads again behind its cursor.
    package var pollOverlap: Int64 = 900
    /// Rows that a poll may find unread before what is older than its overlap is read beside the polls.
    package var backlogRows = 10_000
    /// Minutes between reconciliations where the instance says nothing; 0 is never.
    package var reconcileEvery = 60
    /// Scheme, host and port of the receiver as the org sees it, without a slash at the end.
    package var receiverBaseURL = "http://127.0.0.1:8180"
    /// Whether instances may connect by user name and password, which Salesforce retires.
    package var allowsPasswordGrant = false
    /// Which addresses callbacks may have; the client that posts to them asks the same.
    package var callbackRule = AddressRule()
    /// Attempts under way at one callback host.
    package var concurrency = 64
    /// Consecutive failures after which a callback is held.
    package var breakerThreshold = 10
    /// Milliseconds between the probes of a held callback; the last one repeats.
    package var breakerSchedule = Breaker.defaultSchedule
    /// Milliseconds that creating or changing an instance waits for its first poll.
    package var firstPollPatience: Int64 = 10_000
    /// Milliseconds until the first look at a running Apex deployment; from one to the next they grow up to thirty times that.
    package var apexLookEvery: Int64 = 1000
    /// How long events are kept; empty: for ever.
    package var retention = RetentionPolicy()
    /// Bytes that stay free beside the store: nothing is taken in while there are fewer. 0: until the disk is full.
    package var freeSpace: Int64 = 512 << 20
    /// As whom readiness and the audit trail name this engine; nil: not at all.
    package var node: String?
    /// What callbacks are told of who posts to them; the program adds its version.
    package var userAgent = "Signalbox"
    /// Where the engine counts; see `Instrument`. Nowhere by default.
    package var metrics: any MetricsFactory = NOOPMetricsHandler.instance
    /// Makes spans of polls, of what is stored and of posts to callbacks; nil: none.
    package var tracer: (any Tracer)?
    /// Numbers from 0 up to 1 for the jitter of waits.
    package var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    package init() {}

    package static let receiverPath = "/elements/api-v2/events/sfdc/"

    /// Where the org of an instance sends webhooks.
    func receiverURL(_ instance: Instance) -> String {
        receiverBaseURL + Self.receiverPath + instance.receiverToken.exposed
    }
}
