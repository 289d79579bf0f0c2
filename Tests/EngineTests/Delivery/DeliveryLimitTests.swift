import Domain
import Primitives
import Store
import Testing

@testable import Engine

/// How an instance limits what goes to its callback; pure, so that it can be held as properties.
struct DeliveryLimitTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private func window(_ rates: [InstanceID: Int?], concurrency: [InstanceID: Int] = [:], each count: Int64)
        -> DeliveryWindow
    {
        var window = DeliveryWindow(concurrency: 64)
        for (id, rate) in rates {
            set(&window, id, rate, concurrency[id])
            let ids = Array(id * 1000 + 1...id * 1000 + count)
            window.offer(ids)
            while window.hasPending {
                let taken = window.dequeuePending(128)
                window.place(taken.map { notification($0, of: id) }, asked: taken, now: Self.start)
            }
        }
        return window
    }

    private func set(_ window: inout DeliveryWindow, _ id: InstanceID, _ rate: Int?, _ concurrency: Int?) {
        var route = CallbackRoute(url: "http://one.example/\(id)", signatureKey: "")
        route.rate = rate
        route.concurrency = concurrency
        window.set(route, for: id, breaker: Breaker())
    }

    private func notification(_ id: Int64, of instance: InstanceID) -> OutgoingNotification {
        let body = NotificationBody(
            notificationID: id,
            createdAt: Self.start,
            instanceID: instance,
            instanceName: "i",
            instanceTags: [],
            events: []
        )
        let delivery = Delivery(
            notificationID: id,
            instanceID: instance,
            state: .queued,
            attempts: 0,
            nextAttempt: nil,
            createdAt: Self.start
        )
        return OutgoingNotification(body: body, delivery: delivery)
    }

    private func end(_ sends: [DeliveryWindow.Send], in window: inout DeliveryWindow) {
        for send in sends {
            window.ended(send)
            window.recorded(send.notification.delivery.notificationID)
        }
    }

    @Test(arguments: [1, 2, 7, 40, 200])
    func `in no second does more go out than the limit and what may be saved up, and in all of them the limit does`(
        rate: Int
    ) {
        var window = window([1: rate], each: 250)
        var sent: [Int64] = []
        var now = Self.start
        while sent.count < 250 {
            let sends = window.dequeueSends(at: now)
            sent += sends.map { _ in now.milliseconds }
            end(sends, in: &window)
            guard sent.count < 250 else { break }
            guard let next = window.nextPermit, next > now else {
                Issue.record("nobody says when to go on")
                return
            }
            now = next
        }
        let saved = max(1, rate / 20)
        for first in sent {
            let within = sent.count { (first..<first + 1000).contains($0) }
            #expect(within <= rate + saved, "\(within) of \(rate)")
        }
        let seconds = Double(now.milliseconds - Self.start.milliseconds) / 1000
        let expected = Double(250 - saved) / Double(rate)
        #expect(seconds >= expected - 0.001 && seconds <= expected * 1.05 + 0.1, "\(seconds) s, not \(expected) s")
    }

    @Test func `one that waits for its turn holds up no other, and a changed limit holds at once`() {
        var window = window([1: 1, 2: nil], each: 20)
        let first = window.dequeueSends(at: Self.start)
        let by = Dictionary(grouping: first, by: \.notification.delivery.instanceID).mapValues(\.count)
        #expect(by == [1: 1, 2: 20])
        end(first, in: &window)
        #expect(window.dequeueSends(at: Self.start).isEmpty && window.nextPermit != nil)
        set(&window, 1, nil, nil)
        #expect(window.dequeueSends(at: Self.start).count == 19 && window.nextPermit == nil)
    }

    @Test func `no more than the instance's own places are taken, also while others have more`() {
        var window = window([1: nil, 2: nil], concurrency: [1: 3], each: 40)
        let first = window.dequeueSends(at: Self.start)
        let by = Dictionary(grouping: first, by: \.notification.delivery.instanceID).mapValues(\.count)
        #expect(by == [1: 3, 2: 40])
        #expect(window.dequeueSends(at: Self.start).isEmpty)
        end([first.first { $0.notification.delivery.instanceID == 1 }].compactMap { $0 }, in: &window)
        #expect(window.dequeueSends(at: Self.start).count == 1)
        set(&window, 1, nil, 10)
        #expect(window.dequeueSends(at: Self.start).count == 7)
    }
}
