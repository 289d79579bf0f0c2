import NIOCore
import Primitives

/// Slows those down who try secrets that are wrong: from the fourth on within a quarter of an hour, the answer to each takes
/// twice as long as the one before. Whoever knows the secret is never kept waiting, also at the same address: many may stand
/// behind one proxy.
final class FailedTries: Sendable {
    static let free = 3
    static let longestWait = Duration.seconds(5)
    private static let memory = TimeAmount.minutes(15)
    private static let mostAddresses = 1024
    /// Answers that wait, of one address and of all.
    static let mostWaiting = 16
    private static let mostWaitingOfAll = 128

    private struct Address {
        var failures = 0
        var waiting = 0
        var last: NIODeadline
    }

    private let addresses = Locked<[String: Address]>([:])
    private let pause: @Sendable (Duration) async throws -> Void
    private let now: @Sendable () -> NIODeadline

    init(
        now: @escaping @Sendable () -> NIODeadline = NIODeadline.now,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.pause = pause
    }

    /// Returns when the refusal of `ClientAddress.key` may go out; at once without one: who may open a socket in the data
    /// directory could read the secret. False where too many wait already, so that it goes out as one of another kind.
    func delay(_ key: String?) async throws -> Bool {
        guard let key else { return true }
        let wait = addresses.withLock { addresses -> Duration? in
            let moment = self.now()
            var address = addresses[key] ?? Address(last: moment)
            if address.waiting == 0, moment - address.last > Self.memory { address.failures = 0 }
            address.failures += 1
            address.last = moment
            defer { addresses[key] = address }
            if addresses.count >= Self.mostAddresses, addresses[key] == nil { Self.makeRoom(in: &addresses) }
            guard address.failures > Self.free else { return .zero }
            let waiting = addresses.values.reduce(0) { $0 + $1.waiting }
            guard address.waiting < Self.mostWaiting, waiting < Self.mostWaitingOfAll else { return nil }
            address.waiting += 1
            return Self.wait(after: address.failures)
        }
        guard let wait else { return false }
        guard wait > .zero else { return true }
        defer { addresses.withLock { $0[key]?.waiting -= 1 } }
        try await pause(wait)
        return true
    }

    static func wait(after failures: Int) -> Duration {
        guard failures > free else { return .zero }
        let doublings = min(failures - free - 1, 8)
        return min(.milliseconds(250 << doublings), longestWait)
    }

    /// The one that was quiet for the longest goes.
    private static func makeRoom(in addresses: inout [String: Address]) {
        let oldest = addresses.filter { $0.value.waiting == 0 }.min { $0.value.last < $1.value.last }
        if let oldest { addresses[oldest.key] = nil }
    }

    var count: Int { addresses.withLock { $0.count } }
    /// Answers that wait.
    var waiting: Int { addresses.withLock { $0.values.reduce(0) { $0 + $1.waiting } } }
}
