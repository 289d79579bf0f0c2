import Domain
import Primitives
import Testing

@testable import Store

struct DueTests {
    @Test(
        arguments: [
            ([], 10, []), ([[]], 10, []), ([[1, 2, 3]], 10, [1, 2, 3]), ([[], [4, 5]], 10, [4, 5]),
            ([[1, 2, 3], [7], [4, 5]], 10, [1, 7, 4, 2, 5, 3]), ([[1, 2, 3], [7, 8]], 3, [1, 7, 2]),
            // One of each, however small the limit.
            ([[1, 2], [3], [5]], 1, [1, 3, 5]),
        ] as [([[Int64]], Int, [Int64])]
    )
    func `every instance is among the first`(instances: [[Int64]], limit: Int, expected: [Int64]) {
        #expect(DueOrder.rounds(instances, limit: limit) == expected)
    }

    @Test func `of one instance the oldest come first, whatever state they are in`() {
        #expect(DueOrder.oldest(queued: [2, 5, 9], retrying: [7, 3], limit: 4) == [2, 3, 5, 7])
        #expect(DueOrder.oldest(queued: [], retrying: [], limit: 4).isEmpty)
    }

    @Test(
        arguments: [
            // due, wait, step, now, expected
            ("not due yet, as told", 10_300, 300, 0, 10_100, 10_300),
            ("the clock was set back", 10_300, 300, 0, 5000, 5300),
            ("it is due already", 10_300, 300, 0, 20_000, 10_300),
            ("the program saw the step", 10_300, 300, -5000, 5000, 5300),
            ("a step forward", 10_300, nil, 7000, 12_000, 17_300),
            ("a step forward of one that was tried", 10_300, 5300, 7000, 12_000, 17_300),
            ("nobody knows how long, whatever the clock", 10_300, nil, 0, 5000, 10_300),
            ("no wait at all", 10_300, 0, 0, 5000, 5000),
            ("no such wait", 10_300, -9, 0, 5000, 5000),
            ("beyond all time", .max, .max, 1000, 5000, .max),
        ] as [(String, Int64, Int64?, Int64, Int64, Int64)]
    )
    func `no retry is further away than it was told to wait`(
        name: String,
        due: Int64,
        wait: Int64?,
        step: Int64,
        now: Int64,
        expected: Int64
    ) {
        let settled = RetryClock.settled(
            Timestamp(milliseconds: due),
            wait: wait,
            step: step,
            now: Timestamp(milliseconds: now)
        )
        #expect(settled == Timestamp(milliseconds: expected), "\(name)")
    }

    @Test func `a former secret is led over with the clock and never lasts longer than from its rotation on`() {
        var instance = Instance.sample(1)
        let now = Timestamp(seconds: 1_000_000)
        func ends(_ expires: Int64, step: Int64) -> [Timestamp] {
            instance.formerReceiverSecrets = [
                FormerSecret(secret: "whsec_a", expires: Timestamp(milliseconds: expires))
            ]
            return instance.settled(step: step, now: now).formerReceiverSecrets.map(\.expires)
        }
        let latest = now.advanced(byMilliseconds: FormerSecret.lifetime)
        #expect(ends(now.milliseconds + 5000, step: 0) == [now.advanced(bySeconds: 5)])
        #expect(ends(now.milliseconds + 5000, step: 3000) == [now.advanced(bySeconds: 8)])
        #expect(ends(now.milliseconds + 2 * FormerSecret.lifetime, step: 0) == [latest])
        #expect(ends(.max, step: 1) == [latest])
        // A former signature key lasts as long as the settings say.
        instance.configuration.signatureRotation = 10
        instance.formerSignatureKey = FormerSecret(secret: "a", expires: now.advanced(bySeconds: 5))
        #expect(instance.settled(step: 3000, now: now).formerSignatureKey?.expires == now.advanced(bySeconds: 8))
        instance.formerSignatureKey = FormerSecret(secret: "a", expires: now.advanced(bySeconds: 5000))
        #expect(instance.settled(step: 0, now: now).formerSignatureKey?.expires == now.advanced(bySeconds: 600))
        #expect(instance.settled(step: 1, now: now).formerReceiverSecrets.map(\.secret) == ["whsec_a"])
    }
}
