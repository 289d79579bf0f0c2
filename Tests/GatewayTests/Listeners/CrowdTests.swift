import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Crowds that hold connections to the receiver and say nothing, or a byte now and then. `SIGNALBOX_CROWD=10000` makes so many
/// idle ones, and 200 that drip, against the usual 1024 places; the suite has a twentieth of both.
@Suite(.campaign, .timeLimit(.minutes(20)))
struct CrowdTests {
    @Test func `idle and dripping connections keep no good request out`() async throws {
        _ = DescriptorBudget.raised()
        let idle = ProcessInfo.processInfo.environment["SIGNALBOX_CROWD"].flatMap { Int($0) } ?? 500
        let (dripping, places) = (max(10, idle / 50), max(51, min(1024, idle * 1024 / 10_000)))
        try await RunningListeners.run(limit: 1 << 20, connections: places) { engine, receiver, _ in
            _ = try await engine.createInstance(BrokenRequestTests.draft)
            let crowd = Crowd(port: RunningListeners.port(receiver))
            for _ in 0..<dripping { crowd.join(drips: true) }
            for _ in 0..<idle { crowd.join(drips: false) }
            try await waitUntil("the crowd", seen: { "\(crowd.joined)" }) { crowd.joined >= idle + dripping }
            var times: [Duration] = []
            for number in 0..<50 {
                let json =
                    #"{"operation":"insert","object":"Account","records":[{"Id":"00100000000\#(1000 + number)AAA"}]}"#
                let begin = ContinuousClock.now
                let answer = try await BrokenRequestTests.exchange(
                    BrokenRequestTests.webhook + "Content-Type: application/json\r\nConnection: close\r\n"
                        + "Content-Length: \(json.utf8.count)\r\n\r\n" + json,
                    at: receiver
                )
                times.append(ContinuousClock.now - begin)
                #expect(answer.hasPrefix("HTTP/1.1 202 "), "\(number): \(answer.prefix(200))")
            }
            crowd.leave()
            times.sort()
            print(
                "crowd: \(idle) idle and \(dripping) dripping connections at \(places) places; of 50 good requests the median "
                    + "took \(times[25]), the longest \(times[49])"
            )
        }
    }
}

/// Connections that are held. Those that drip come back when they are closed.
private final class Crowd: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var joined = 0
        var isOver = false
    }

    private let port: Int
    private let state = Mutex(State())

    init(port: Int) { self.port = port }

    /// How many have had a connection.
    var joined: Int { state.withLock { $0.joined } }

    func join(drips: Bool, isBack: Bool = false) {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port).whenComplete { [self] result in
            guard case .success(let channel) = result else {
                // The kernel's queue of those who wait is full.
                if !state.withLock({ $0.isOver }) {
                    loop.scheduleTask(in: .milliseconds(20)) { self.join(drips: drips, isBack: isBack) }
                }
                return
            }
            let isOver = state.withLock { state in
                state.channels[ObjectIdentifier(channel)] = channel
                if !isBack { state.joined += 1 }
                return state.isOver
            }
            if isOver { return channel.close(promise: nil) }
            if drips {
                channel.writeAndFlush(ByteBuffer(string: "POST / HTTP/1.1\r\nHost: ")).whenComplete { _ in }
                loop.scheduleRepeatedTask(initialDelay: .milliseconds(50), delay: .milliseconds(50)) { task in
                    guard channel.isActive else { return task.cancel() }
                    channel.writeAndFlush(ByteBuffer(string: "a"), promise: nil)
                }
            }
            channel.closeFuture.whenComplete { _ in
                let isOver = self.state.withLock { state in
                    state.channels[ObjectIdentifier(channel)] = nil
                    return state.isOver
                }
                if drips, !isOver { self.join(drips: true, isBack: true) }
            }
        }
    }

    func leave() {
        let channels = state.withLock { state in
            state.isOver = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
