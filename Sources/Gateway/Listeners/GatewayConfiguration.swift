import Domain
package import NIOCore
package import Tracing

/// How the two listeners are set up.
package struct GatewayConfiguration: Sendable {
    package var receiver = ListenerAddress(host: "127.0.0.1", port: 8180)
    package var management = ListenerAddress(host: "127.0.0.1", port: 8181)
    /// Nil: in clear.
    package var receiverTLS: TLSDoor?
    package var managementTLS: TLSDoor?
    /// A socket in the file system at which the management API is served as well, without TLS: for the programs of the
    /// same user and machine, whatever certificates say.
    package var managementSocket: String?
    /// Host names, beside addresses and localhost, that the management listener answers to.
    package var managementHosts: [String] = []
    /// Bytes of a webhook's body: what Apex can post from a synchronous transaction.
    package var receiverBodyLimit = 6 << 20
    /// Bytes of a management call's body.
    package var managementBodyLimit = 1 << 20
    /// Between parts of a request, and between requests of a connection.
    package var idleTimeout = TimeAmount.milliseconds(Limit.listenerIdle.milliseconds)
    /// From a connection to its first request.
    package var headTimeout = TimeAmount.milliseconds(Limit.listenerHead.milliseconds)
    /// For a whole body, however it trickles.
    package var bodyTimeout = TimeAmount.milliseconds(Limit.listenerBody.milliseconds)
    /// For somebody who reads nothing of an answer.
    package var readerTimeout = TimeAmount.milliseconds(Limit.reader.milliseconds)
    /// For a read whose client has ended its sending.
    package var abandonTimeout = TimeAmount.milliseconds(Limit.abandoned.milliseconds)
    /// Makes spans of requests to the receiver; nil: none.
    package var tracer: (any Tracer)?
    /// Hears how many dashboards are attached, each time that this changes; must return at once.
    package var onDashboards: @Sendable (Int) -> Void = { _ in }
    package var receiverConnections = 1024
    package var managementConnections = 256
    package var socketConnections = 32

    package init() {}
}
