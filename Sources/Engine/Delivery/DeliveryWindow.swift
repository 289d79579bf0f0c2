import DequeModule
import Domain
import Primitives
import Store

/// What the dispatcher holds in memory: a bounded part of the due deliveries, each at most once.
///
/// Pure bookkeeping. An id is `known` from the moment it is taken until its outcome is on disk: what is known is never
/// taken again, so no delivery is under way twice. What does not fit stays in the store and is asked for later.
struct DeliveryWindow: Sendable {
    struct Item: Sendable {
        var notification: OutgoingNotification
        var isProbe: Bool
        var isRelease = false
    }

    struct Send: Sendable {
        var notification: OutgoingNotification
        var route: CallbackRoute
        var host: String
        /// A person's release of the callback: it costs the delivery nothing if it fails.
        var isRelease: Bool
    }

    /// What waits for its turn at one host, by instance.
    private struct Host: Sendable {
        var channels: [InstanceID: Channel] = [:]
        var active = 0
        /// Counts what was sent, so that of two that have equally much under way the other comes next.
        var turn = 0
    }

    private struct Channel: Sendable {
        var ready: Deque<Item> = []
        var active = 0
        /// Something was left in the store for want of room.
        var overflowed = false
        var lastTurn = 0

        var isIdle: Bool { active == 0 && ready.isEmpty && !overflowed }
    }

    static let pendingLimit = 1024
    /// Held in memory for one instance, and for all together but a few for each.
    static let readyLimit = 256
    static let readyTotal = 4096
    /// What an instance may have under way though others fill the host.
    static let ownPlaces = 8

    let concurrency: Int
    private(set) var known: Set<Int64> = []
    private(set) var underWay: Set<Int64> = []
    /// Known no more without an outcome, and not given back to the store yet.
    private var dropped: [Int64] = []
    private var pending: Deque<Int64> = []
    private var hosts: [String: Host] = [:]
    private(set) var callbacks: [InstanceID: Callback] = [:]
    /// Instances that have something due and no callback here: they leave for another node, or have not come yet.
    private var absent: Set<InstanceID> = []
    /// Of instances that limit their posts a second.
    private var allowances: [InstanceID: RateAllowance] = [:]
    /// What was looked for to be the next probe of a held callback.
    private var chosen: [InstanceID: Int64] = [:]
    /// When an instance that waits for a permit, or for the end of a pause, may send its next; nil: none does.
    private(set) var nextPermit: Timestamp?
    /// The store may hold due deliveries that are not known here.
    var backlog = true

    init(concurrency: Int) { self.concurrency = max(1, concurrency) }

    var hasPending: Bool { !pending.isEmpty }
    /// Whether the loop has something to read or to give back.
    var needsReading: Bool { backlog || !pending.isEmpty || !dropped.isEmpty }
    var hasRoom: Bool { pending.count < Self.pendingLimit / 2 }

    // MARK: Callbacks

    mutating func set(_ route: CallbackRoute?, for id: InstanceID, breaker: @autoclosure () -> Breaker) {
        if let callback = callbacks[id], callback.route == route { return }
        if let url = route?.url, callbacks[id]?.route?.url == url {
            // Another key for the same address: what is known of that stays, a hold above all.
            callbacks[id]?.route = route
        } else {
            callbacks[id] = Callback(route: route, breaker: breaker())
            absent.remove(id)
        }
        backlog = true
    }

    /// What waits of it here is forgotten; what is under way is not.
    mutating func remove(_ id: InstanceID) {
        callbacks[id] = nil
        allowances[id] = nil
        chosen[id] = nil
        for (name, host) in hosts {
            guard let channel = host.channels[id] else { continue }
            drop(channel.ready.map(\.notification.delivery.notificationID))
            hosts[name]?.channels[id]?.ready = []
            hosts[name]?.channels[id]?.overflowed = false
            if channel.active == 0 { hosts[name]?.channels[id] = nil }
            if hosts[name]?.channels.isEmpty == true { hosts[name] = nil }
        }
    }

    mutating func update<T>(_ id: InstanceID, _ change: (inout Callback) -> T) -> T? {
        // In its place, so that its outcomes are not copied for each of them.
        guard let index = callbacks.index(forKey: id) else { return nil }
        let wasHeld = callbacks.values[index].breaker.isHeld
        let result = change(&callbacks.values[index])
        if wasHeld, !callbacks.values[index].breaker.isHeld { backlog = true }
        return result
    }

    /// Instances that the store should leave out: nothing of them can be taken now.
    var blocked: Set<InstanceID> {
        let known = callbacks.compactMap { id, callback -> InstanceID? in
            guard let route = callback.route else { return id }
            return callback.breaker.isHeld || hosts[route.host]?.channels[id]?.overflowed == true ? id : nil
        }
        return absent.union(known)
    }

    // MARK: The way of an id

    mutating func offer(_ ids: some Sequence<Int64>) {
        for id in ids where !known.contains(id) {
            guard pending.count < Self.pendingLimit else {
                backlog = true
                return
            }
            known.insert(id)
            pending.append(id)
        }
    }

    /// The next probe of a held callback.
    mutating func offerProbe(_ id: Int64, of instance: InstanceID) {
        chosen[instance] = id
        offer([id])
    }

    mutating func dequeuePending(_ limit: Int) -> [Int64] {
        let taken = Array(pending.prefix(limit))
        pending.removeFirst(taken.count)
        return taken
    }

    /// What was being read comes first again, apart from what a replay has in hand or had meanwhile: its end offers that.
    mutating func putBack(_ ids: [Int64]) {
        for id in ids.reversed() where known.contains(id) && !underWay.contains(id) { pending.prepend(id) }
    }

    /// Puts what was loaded where it waits for its turn, and forgets what can't go now.
    mutating func place(_ loaded: [OutgoingNotification], asked: [Int64], now: Timestamp) {
        var left = Set(asked)
        let readyLimit = readyLimit
        for notification in loaded {
            let delivery = notification.delivery
            // Claimed by a replay while it was being read.
            if underWay.contains(delivery.notificationID) {
                left.remove(delivery.notificationID)
                continue
            }
            // A replay has had it meanwhile: what was read of it may be old. It was offered anew when that ended.
            guard known.contains(delivery.notificationID) else { continue }
            let instance = delivery.instanceID
            // Else the store would give the same again, without end.
            if callbacks[instance] == nil { absent.insert(instance) }
            guard let callback = callbacks[instance], let route = callback.route,
                isDue(delivery, callback.breaker.isReleasing ? .distantFuture : now)
            else { continue }
            var isProbe = false
            let isRelease = callback.breaker.isReleasing
            if callback.breaker.isHeld {
                let (id, isQueued) = (delivery.notificationID, delivery.state == .queued)
                guard callback.breaker.mayProbe(id, isFresh: isQueued, at: now) else { continue }
                // Before its time it is the one that was looked for, and not what happened to be read.
                guard callback.mayProbe(at: now) || chosen[instance] == id else {
                    backlog = true
                    continue
                }
                callbacks[instance]?.breaker.beganProbe(isFresh: isQueued && !callback.breaker.tried.contains(id))
                isProbe = true
            }
            var channel = hosts[route.host]?.channels[instance] ?? Channel()
            if !isProbe, channel.ready.count >= readyLimit {
                hosts[route.host]?.channels[instance]?.overflowed = true
                continue
            }
            // Taken out before it is changed, so that the queue is not copied.
            hosts[route.host]?.channels[instance] = nil
            channel.ready.append(Item(notification: notification, isProbe: isProbe, isRelease: isProbe && isRelease))
            hosts[route.host, default: Host()].channels[instance] = channel
            left.remove(delivery.notificationID)
        }
        // In their order.
        drop(asked.filter(left.contains))
        shareAnew()
    }

    private mutating func drop(_ ids: some Sequence<Int64>) {
        known.subtract(ids)
        dropped += ids
    }

    /// What is to be given back to the store; each once.
    mutating func dequeueDropped() -> [Int64] {
        defer { dropped = [] }
        // Offered anew or claimed by a replay meanwhile, it is in hand again.
        return dropped.filter { !known.contains($0) }
    }

    /// Takes back what instances hold beyond their share, last first, where all together hold too much: those that were
    /// the first had the most. The store still has it.
    private mutating func shareAnew() {
        let held = hosts.values.reduce(0) { $0 + $1.channels.values.reduce(0) { $0 + $1.ready.count } }
        guard held > Self.readyTotal else { return }
        let share = readyLimit
        for (name, host) in hosts {
            for (instance, channel) in host.channels where channel.ready.count > share {
                let surplus = channel.ready.dropFirst(share)
                // A probe is the one that its breaker waits for.
                drop(surplus.filter { !$0.isProbe }.map(\.notification.delivery.notificationID))
                let rest = Deque(channel.ready.prefix(share)) + surplus.filter(\.isProbe)
                hosts[name]?.channels[instance]?.ready = rest
                hosts[name]?.channels[instance]?.overflowed = true
            }
        }
    }

    /// Each instance's share of what is held in memory: many instances have less each.
    private var readyLimit: Int {
        let channels = hosts.values.reduce(0) { $0 + $1.channels.count }
        return max(4, min(Self.readyLimit, Self.readyTotal / max(1, channels)))
    }

    private func isDue(_ delivery: Delivery, _ now: Timestamp) -> Bool {
        switch delivery.state {
        case .queued: true
        case .retrying: delivery.nextAttempt.map { $0 <= now } ?? true
        case .waiting, .held, .dead, .delivered, .none: false
        }
    }

    /// Everything that may start now; it counts as under way from here on.
    ///
    /// The places at a host are shared by instance: whoever has least under way comes next, and a few places are each
    /// instance's own even while others fill the host, so that one callback that hangs takes nobody's turn.
    mutating func dequeueSends(at now: Timestamp) -> [Send] {
        var sends: [Send] = []
        nextPermit = nil
        // Those that have used up what they may send now.
        var waiting: Set<InstanceID> = []
        let readyLimit = readyLimit
        for name in Array(hosts.keys) {
            guard var host = hosts.removeValue(forKey: name) else { continue }
            let own = max(1, min(Self.ownPlaces, concurrency / max(1, host.channels.count)))
            while let id = next(host, own, waiting), var channel = host.channels.removeValue(forKey: id) {
                guard mayBegin(id, at: now) else {
                    waiting.insert(id)
                    host.channels[id] = channel
                    continue
                }
                if let item = channel.ready.popFirst() {
                    if let send = send(item, at: name) {
                        host.active += 1
                        host.turn += 1
                        channel.active += 1
                        channel.lastTurn = host.turn
                        sends.append(send)
                    }
                }
                host.channels[id] = channel
            }
            for (id, channel) in host.channels where channel.overflowed && channel.ready.count <= readyLimit / 2 {
                host.channels[id]?.overflowed = false
                backlog = true
            }
            if host.channels.contains(where: \.value.isIdle) {
                host.channels = host.channels.filter { !$0.value.isIdle }
            }
            if !host.channels.isEmpty { hosts[name] = host }
        }
        return sends
    }

    /// The instance whose turn it is.
    private func next(_ host: Host, _ own: Int, _ waiting: Set<InstanceID>) -> InstanceID? {
        var best: (id: InstanceID, channel: Channel)?
        for (id, channel) in host.channels where !channel.ready.isEmpty {
            guard host.active < concurrency || channel.active < own, !waiting.contains(id),
                channel.active < min(callbacks[id]?.route?.concurrency ?? .max, callbacks[id]?.pace.places ?? .max)
            else { continue }
            if let best, (best.channel.active, best.channel.lastTurn, best.id) < (channel.active, channel.lastTurn, id)
            {
                continue
            }
            best = (id, channel)
        }
        return best?.id
    }

    /// Takes a permit where the instance limits its posts a second, or its callback asked for a pause.
    private mutating func mayBegin(_ id: InstanceID, at now: Timestamp) -> Bool {
        if let end = callbacks[id]?.pace.pausedUntil, end > now {
            nextPermit = min(nextPermit ?? .distantFuture, end)
            return false
        }
        guard let rate = callbacks[id]?.route?.rate else { return true }
        var allowance = allowances[id] ?? RateAllowance(rate: rate, at: now)
        if allowance.rate != rate { allowance = RateAllowance(rate: rate, at: now) }
        let isFree = allowance.acquire(at: now)
        if !isFree { nextPermit = min(nextPermit ?? .distantFuture, allowance.next) }
        allowances[id] = allowance
        return isFree
    }

    /// Nil if it can't go any more.
    private mutating func send(_ item: Item, at host: String) -> Send? {
        let id = item.notification.delivery.notificationID
        let instance = item.notification.delivery.instanceID
        if let callback = callbacks[instance], let route = callback.route, route.host == host,
            item.isProbe ? callback.breaker.isProbing : !callback.breaker.isHeld
        {
            underWay.insert(id)
            return Send(notification: item.notification, route: route, host: host, isRelease: item.isRelease)
        }
        if item.isProbe { callbacks[instance]?.breaker.abandonedProbe() }
        // The route changed or is held; the store still has it.
        drop([id])
        backlog = true
        return nil
    }

    /// The attempt has ended; its place at the host is free, but it stays known until its outcome is on disk.
    mutating func ended(_ send: Send) {
        let instance = send.notification.delivery.instanceID
        hosts[send.host]?.active -= 1
        hosts[send.host]?.channels[instance]?.active -= 1
        if hosts[send.host]?.channels[instance]?.isIdle == true { hosts[send.host]?.channels[instance] = nil }
        if hosts[send.host]?.channels.isEmpty == true { hosts[send.host] = nil }
    }

    mutating func recorded(_ id: Int64) {
        underWay.remove(id)
        known.remove(id)
    }

    // MARK: Replays

    /// Removes the id from the queues; false while an attempt is under way.
    mutating func claim(_ id: Int64) -> Bool {
        guard !underWay.contains(id) else { return false }
        pending.removeAll { $0 == id }
        for (name, host) in hosts {
            for (instance, channel) in host.channels {
                guard let index = channel.ready.firstIndex(where: { $0.notification.delivery.notificationID == id })
                else { continue }
                let item = hosts[name]?.channels[instance]?.ready.remove(at: index)
                if item?.isProbe == true { callbacks[instance]?.breaker.abandonedProbe() }
            }
        }
        known.insert(id)
        underWay.insert(id)
        return true
    }
}
