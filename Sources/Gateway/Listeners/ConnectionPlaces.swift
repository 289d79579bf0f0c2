import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Synchronization

/// The places for connections of one listener. When all are given away, the connection that was idle the longest goes,
/// so that silence never keeps a good request out; when all are busy, no further one is accepted until one ends.
final class ConnectionPlaces: Sendable {
    private struct Place {
        let channel: any Channel
        /// Nil while a request of it is under way.
        var idleSince: NIODeadline?
    }

    let limit: Int
    private let state = Mutex<[ObjectIdentifier: Place]>([:])

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { state.withLock { $0.count } }

    func add(_ channel: any Channel, at now: NIODeadline) {
        state.withLock { $0[ObjectIdentifier(channel)] = Place(channel: channel, idleSince: now) }
        makeRoom()
    }

    func remove(_ channel: any Channel) { state.withLock { $0[ObjectIdentifier(channel)] = nil } }

    func setIdle(_ channel: any Channel, since moment: NIODeadline?) {
        state.withLock { $0[ObjectIdentifier(channel)]?.idleSince = moment }
        if moment != nil { makeRoom() }
    }

    /// Closes every connection, whatever it is at.
    func closeAll() {
        let channels = state.withLock { $0.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Keeps one place free where that is possible. The place is empty when the channel has closed.
    private func makeRoom() {
        let oldest = state.withLock { places -> (any Channel)? in
            guard places.count >= limit else { return nil }
            let idle = places.compactMap { key, place in place.idleSince.map { (key: key, since: $0) } }
            guard let oldest = idle.min(by: { $0.since < $1.since }) else { return nil }
            // Chosen once: it must not be counted as idle again while it closes.
            places[oldest.key]?.idleSince = nil
            return places[oldest.key]?.channel
        }
        oldest?.close(promise: nil)
    }
}

/// Tells the server when to accept no more.
struct PlacesDelegate: AvailableConnectionsDelegate {
    let places: ConnectionPlaces
    /// Counted here as well: a connection has a place only once its channel is set up.
    private var open = 0

    init(places: ConnectionPlaces) { self.places = places }

    mutating func connectionOpened() { open += 1 }
    mutating func connectionClosed() { open -= 1 }
    func isAcceptingNewConnections() -> Bool { open < places.limit }
}

/// Keeps a connection's place: busy from the head of a request to the end of its answer, idle between.
final class ConnectionPlaceHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let places: ConnectionPlaces
    private var underWay = 0

    init(places: ConnectionPlaces) { self.places = places }

    func handlerAdded(context: ChannelHandlerContext) { places.add(context.channel, at: context.eventLoop.now) }

    func channelInactive(context: ChannelHandlerContext) {
        places.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { places.remove(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = Self.unwrapInboundIn(data) {
            underWay += 1
            places.setIdle(context.channel, since: nil)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        if case .end = Self.unwrapOutboundIn(data) {
            underWay -= 1
            if underWay <= 0 { places.setIdle(context.channel, since: context.eventLoop.now) }
        }
    }
}
