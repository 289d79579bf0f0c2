import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Synchronization

/// The places for connections of one listener. When all are given away, the connection that was idle the longest goes,
/// so that silence never keeps a good request out; when all are busy, no further one is accepted until one ends. An address
/// of another machine has a share of them, in which the same holds; where its own are all busy, a further one is closed.
final class ConnectionPlaces: Sendable {
    private struct Place {
        let channel: any Channel
        /// Nil for those that have no share.
        let address: String?
        /// Nil while a request of it is under way.
        var idleSince: NIODeadline?
    }

    let limit: Int
    /// Of one address.
    let share: Int

    private struct State {
        var places: [ObjectIdentifier: Place] = [:]
        var addresses: [String: Int] = [:]
    }

    private let state = Mutex(State())

    init(limit: Int, share: Int = .max) {
        self.limit = max(1, limit)
        self.share = max(1, share)
    }

    var count: Int { state.withLock { $0.places.count } }

    func add(_ channel: any Channel, at now: NIODeadline) {
        let address = ClientAddress.foreignKey(channel.remoteAddress)
        let isOver = state.withLock { state in
            state.places[ObjectIdentifier(channel)] = Place(channel: channel, address: address, idleSince: now)
            guard let address else { return false }
            state.addresses[address, default: 0] += 1
            return state.addresses[address, default: 0] > share
        }
        if isOver { closeOldestIdle { $0.address == address } }
        makeRoom()
    }

    func remove(_ channel: any Channel) {
        state.withLock { state in
            guard let address = state.places.removeValue(forKey: ObjectIdentifier(channel))?.address else { return }
            let rest = state.addresses[address, default: 0] - 1
            state.addresses[address] = rest > 0 ? rest : nil
        }
    }

    func setIdle(_ channel: any Channel, since moment: NIODeadline?) {
        state.withLock { $0.places[ObjectIdentifier(channel)]?.idleSince = moment }
        if moment != nil { makeRoom() }
    }

    /// Closes every connection, whatever it is at.
    func closeAll() {
        let channels = state.withLock { $0.places.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Keeps one place free where that is possible. The place is empty when the channel has closed.
    private func makeRoom() {
        guard state.withLock({ $0.places.count >= limit }) else { return }
        closeOldestIdle { _ in true }
    }

    private func closeOldestIdle(of isMeant: (Place) -> Bool) {
        let oldest = state.withLock { state -> (any Channel)? in
            let idle = state.places.compactMap { key, place in
                isMeant(place) ? place.idleSince.map { (key: key, since: $0) } : nil
            }
            guard let oldest = idle.min(by: { $0.since < $1.since }) else { return nil }
            // Chosen once: it must not be counted as idle again while it closes.
            state.places[oldest.key]?.idleSince = nil
            return state.places[oldest.key]?.channel
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
