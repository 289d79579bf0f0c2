import DequeModule
import Domain
import Store

/// What the dispatcher holds in memory: a bounded part of the due deliveries, each at most once.
///
/// Pure bookkeeping. An id is `known` from the moment it is taken until its outcome is on disk: what is known is never
/// taken again, so no delivery is under way twice. What does not fit stays in the store and is asked for later.
struct DeliveryWindow: Sendable {
    struct Item: Sendable {
        var notification: OutgoingNotification
        var isProbe: Bool
    }

    struct Send: Sendable {
        var notification: OutgoingNotification
        var route: Route
        var host: String
    }

    private struct Host: Sendable {
        var ready: Deque<Item> = []
        var active = 0
        /// Something was left in the store for want of room.
        var overflowed = false
    }

    static let pendingLimit = 1024
    static let readyLimit = 256

    let concurrency: Int
    private(set) var known: Set<Int64> = []
    private(set) var underWay: Set<Int64> = []
    private var pending: Deque<Int64> = []
    private var hosts: [String: Host] = [:]
    private(set) var callbacks: [InstanceID: Callback] = [:]
    /// The store may hold due deliveries that are not known here.
    var backlog = true

    init(concurrency: Int) { self.concurrency = max(1, concurrency) }

    var hasPending: Bool { !pending.isEmpty }
    var hasRoom: Bool { pending.count < Self.pendingLimit / 2 }

    // MARK: Callbacks

    mutating func set(_ route: Route?, for id: InstanceID, breaker: @autoclosure () -> Breaker) {
        if let callback = callbacks[id], callback.route == route { return }
        callbacks[id] = Callback(route: route, breaker: breaker(), last: nil)
        backlog = true
    }

    mutating func remove(_ id: InstanceID) { callbacks[id] = nil }

    mutating func update<T>(_ id: InstanceID, _ change: (inout Callback) -> T) -> T? {
        guard var callback = callbacks[id] else { return nil }
        let wasHeld = callback.breaker.isHeld
        let result = change(&callback)
        callbacks[id] = callback
        if wasHeld, !callback.breaker.isHeld { backlog = true }
        return result
    }

    /// Instances that the store should leave out: nothing of them can be taken now.
    var blocked: Set<InstanceID> {
        Set(
            callbacks.compactMap { id, callback in
                guard let route = callback.route else { return id }
                return callback.breaker.isHeld || hosts[route.host]?.overflowed == true ? id : nil
            }
        )
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

    mutating func takePending(_ limit: Int) -> [Int64] {
        let taken = Array(pending.prefix(limit))
        pending.removeFirst(taken.count)
        return taken
    }

    mutating func putBack(_ ids: [Int64]) { for id in ids.reversed() { pending.prepend(id) } }

    /// Puts what was loaded where it waits for its turn, and forgets what can't go now.
    mutating func place(_ loaded: [OutgoingNotification], asked: [Int64], now: Timestamp) {
        var left = Set(asked)
        for notification in loaded {
            let delivery = notification.delivery
            // Claimed by a replay while it was being read.
            if underWay.contains(delivery.notificationID) {
                left.remove(delivery.notificationID)
                continue
            }
            guard isDue(delivery, now), let callback = callbacks[delivery.instanceID], let route = callback.route
            else { continue }
            var isProbe = false
            if callback.breaker.isHeld {
                guard callback.mayProbe(at: now) else { continue }
                callbacks[delivery.instanceID]?.breaker.beganProbe()
                isProbe = true
            }
            if !isProbe, let host = hosts[route.host], host.ready.count >= Self.readyLimit {
                hosts[route.host]?.overflowed = true
                continue
            }
            hosts[route.host, default: Host()].ready.append(Item(notification: notification, isProbe: isProbe))
            left.remove(delivery.notificationID)
        }
        known.subtract(left)
    }

    private func isDue(_ delivery: Delivery, _ now: Timestamp) -> Bool {
        switch delivery.state {
        case .queued: true
        case .retrying: delivery.nextAttempt.map { $0 <= now } ?? true
        case .waiting, .held, .dead, .delivered, .none: false
        }
    }

    /// Everything that may start now; it counts as under way from here on.
    mutating func takeSends() -> [Send] {
        var sends: [Send] = []
        for (name, var host) in hosts where !host.ready.isEmpty {
            while host.active < concurrency, let item = host.ready.popFirst() {
                let id = item.notification.delivery.notificationID
                let instance = item.notification.delivery.instanceID
                guard let callback = callbacks[instance], let route = callback.route, route.host == name,
                    item.isProbe || !callback.breaker.isHeld
                else {
                    // The route changed or is held; the store still has it.
                    known.remove(id)
                    backlog = true
                    continue
                }
                host.active += 1
                underWay.insert(id)
                sends.append(Send(notification: item.notification, route: route, host: name))
            }
            if host.overflowed, host.ready.count <= Self.readyLimit / 2 {
                host.overflowed = false
                backlog = true
            }
            hosts[name] = host
        }
        return sends
    }

    /// The attempt has ended; its place at the host is free, but it stays known until its outcome is on disk.
    mutating func ended(_ send: Send) {
        hosts[send.host]?.active -= 1
        if let host = hosts[send.host], host.active == 0, host.ready.isEmpty, !host.overflowed {
            hosts[send.host] = nil
        }
    }

    mutating func recorded(_ id: Int64) {
        underWay.remove(id)
        known.remove(id)
    }

    // MARK: Replays

    /// Takes the id out of the queues; false while an attempt is under way.
    mutating func claim(_ id: Int64) -> Bool {
        guard !underWay.contains(id) else { return false }
        pending.removeAll { $0 == id }
        for (name, var host) in hosts {
            guard let index = host.ready.firstIndex(where: { $0.notification.delivery.notificationID == id }) else {
                continue
            }
            let item = host.ready.remove(at: index)
            hosts[name] = host
            if item.isProbe {
                callbacks[item.notification.delivery.instanceID]?.breaker.abandonedProbe(until: .distantPast)
            }
        }
        known.insert(id)
        underWay.insert(id)
        return true
    }
}
