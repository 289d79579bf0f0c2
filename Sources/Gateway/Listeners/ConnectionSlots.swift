import DequeModule
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTPTypes
import Primitives

/// The slots for connections of one listener. When nearly all are given away, the connection that was idle the longest goes,
/// so that silence never keeps a good request out; when all are busy, no further one is accepted until one ends. An address
/// of another machine has a share of them, in which the same holds; where its own are all busy, a further one is closed.
///
/// One that has had a good answer goes after those that never had one: senders keep their connections while a crowd comes.
final class ConnectionSlots: Sendable {
    let limit: Int
    /// Of one address.
    let share: Int

    private let state = Locked(State())

    init(limit: Int, share: Int = .max) {
        self.limit = max(1, limit)
        self.share = max(1, share)
    }

    var count: Int { state.withLock { $0.slots.count } }

    func add(_ channel: any Channel, at now: NIODeadline) {
        let address = ClientAddress.foreignKey(channel.remoteAddress)
        let last = state.withLock { state -> (any Channel)? in
            state.slots[ObjectIdentifier(channel)] = Slot(channel: channel, address: address)
            state.setIdle(ObjectIdentifier(channel), since: now)
            guard let address else { return nil }
            state.addresses[address, default: 0] += 1
            guard state.addresses[address, default: 0] > share else { return nil }
            return state.choose(at: now) { $0.address == address }
        }
        last?.close(promise: nil)
        makeRoom(at: now)
    }

    func remove(_ channel: any Channel) {
        state.withLock { state in
            guard let slot = state.slots.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            if slot.isLeaving { state.leaving -= 1 }
            guard let address = slot.address else { return }
            let rest = state.addresses[address, default: 0] - 1
            state.addresses[address] = rest > 0 ? rest : nil
        }
    }

    func setBusy(_ channel: any Channel) { state.withLock { $0.slots[ObjectIdentifier(channel)]?.turn = nil } }

    /// `wasGood`: it has had an answer that grants what was asked for.
    func setIdle(_ channel: any Channel, since moment: NIODeadline, wasGood: Bool = false) {
        state.withLock { state in
            if wasGood { state.slots[ObjectIdentifier(channel)]?.isKnown = true }
            state.setIdle(ObjectIdentifier(channel), since: moment)
        }
        makeRoom(at: moment)
    }

    /// Closes every connection, whatever it is at.
    func closeAll() {
        let channels = state.withLock { $0.slots.values.map(\.channel) }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Keeps some slots free where that is possible: a connection takes a while to close, and several are accepted at once.
    /// A slot is empty when its channel has closed.
    private func makeRoom(at now: NIODeadline) {
        let most = limit - max(1, limit / 64)
        while true {
            let oldest = state.withLock { state in
                state.slots.count - state.leaving > most ? state.choose(at: now) { _ in true } : nil
            }
            guard let oldest else { return }
            oldest.close(promise: nil)
        }
    }
}

private struct Slot {
    let channel: any Channel
    /// Nil for those that have no share.
    let address: String?
    /// Which of the idle ones it is; nil while a request of it is under way.
    var turn: UInt64?
    /// It has had a good answer.
    var isKnown = false
    /// It is being closed by us.
    var isLeaving = false
}

private struct State {
    /// When a connection became idle.
    struct Turn {
        let key: ObjectIdentifier
        let number: UInt64
        let since: NIODeadline
    }

    var slots: [ObjectIdentifier: Slot] = [:]
    var addresses: [String: Int] = [:]
    /// How many slots are about to be empty.
    var leaving = 0
    /// Idle ones, the oldest first, so that a crowd that comes is no search each time. What is no longer so is passed over.
    private var silent = Deque<Turn>()
    private var known = Deque<Turn>()
    private var last: UInt64 = 0

    /// In which somebody who came to say something has begun to, whatever the distance.
    private static let introduction = TimeAmount.milliseconds(250)

    mutating func setIdle(_ key: ObjectIdentifier, since moment: NIODeadline) {
        guard let slot = slots[key], !slot.isLeaving else { return }
        last += 1
        slots[key]?.turn = last
        let turn = Turn(key: key, number: last, since: moment)
        if slot.isKnown { known.append(turn) } else { silent.append(turn) }
        tidy()
    }

    /// The one that is to be closed of those that are meant; it is not chosen again.
    mutating func choose(at now: NIODeadline, where isMeant: (Slot) -> Bool) -> (any Channel)? {
        let oldestSilent = first(\.silent, isMeant)
        let oldestKnown = first(\.known, isMeant)
        let oldest: Turn
        switch (oldestSilent, oldestKnown) {
        case (let silent?, let known?):
            oldest = now - silent.since >= Self.introduction || silent.since <= known.since ? silent : known
        case (let one?, nil), (nil, let one?): oldest = one
        case (nil, nil): return nil
        }
        slots[oldest.key]?.turn = nil
        slots[oldest.key]?.isLeaving = true
        leaving += 1
        return slots[oldest.key]?.channel
    }

    private func isCurrent(_ turn: Turn) -> Bool { slots[turn.key]?.turn == turn.number }

    private mutating func first(_ turns: WritableKeyPath<State, Deque<Turn>>, _ isMeant: (Slot) -> Bool) -> Turn? {
        while let first = self[keyPath: turns].first, !isCurrent(first) { self[keyPath: turns].removeFirst() }
        return self[keyPath: turns].first { turn in isCurrent(turn) && slots[turn.key].map(isMeant) == true }
    }

    /// What has passed must not pile up behind one that stays.
    private mutating func tidy() {
        guard silent.count + known.count > 2 * slots.count + 64 else { return }
        silent = silent.filter { isCurrent($0) }
        known = known.filter { isCurrent($0) }
    }
}

/// Tells the server when to accept no more.
struct SlotsDelegate: AvailableConnectionsDelegate {
    let slots: ConnectionSlots
    /// Counted here as well: a connection has a slot only once its channel is set up.
    private var open = 0

    init(slots: ConnectionSlots) { self.slots = slots }

    mutating func connectionOpened() { open += 1 }
    mutating func connectionClosed() { open -= 1 }
    func isAcceptingNewConnections() -> Bool { open < slots.limit }
}

/// Keeps a connection's slot: busy from the head of a request to the end of its answer, idle between.
final class ConnectionSlotHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let slots: ConnectionSlots
    private var underWay = 0
    private var wasGood = false

    init(slots: ConnectionSlots) { self.slots = slots }

    func handlerAdded(context: ChannelHandlerContext) { slots.add(context.channel, at: context.eventLoop.now) }

    func channelInactive(context: ChannelHandlerContext) {
        slots.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { slots.remove(context.channel) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = Self.unwrapInboundIn(data) {
            underWay += 1
            slots.setBusy(context.channel)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(data, promise: promise)
        switch Self.unwrapOutboundIn(data) {
        case .head(let head): if head.status.kind == .successful { wasGood = true }
        case .body: break
        case .end:
            underWay -= 1
            guard underWay <= 0 else { return }
            slots.setIdle(context.channel, since: context.eventLoop.now, wasGood: wasGood)
        }
    }
}
