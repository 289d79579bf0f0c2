import Domain
import Testing

@Suite("An answer that comes in pieces")
struct TransferWatchTests {
    /// Pieces of `bytes` every `gap` milliseconds until a limit is over or `end` is reached.
    private func run(_ bytes: Int, every gap: Int64, until end: Int64) -> (limit: Limit?, at: Int64) {
        var watch = TransferWatch(start: 0)
        var next = gap
        var now: Int64 = 0
        while now < end {
            now = min(next, watch.nextLook)
            if let limit = watch.exceeded(at: now) { return (limit, now) }
            if now == next {
                watch.received(bytes, at: now)
                next += gap
            }
        }
        return (nil, now)
    }

    @Test("Silence ends it after 30 seconds")
    func silence() {
        let end = run(1, every: 31_000, until: 900_000)
        #expect(end.limit == .silence)
        #expect(end.at == 30_000)
    }

    @Test("A drip ends it after a minute", arguments: [1, 100, 1023])
    func drip(bytes: Int) {
        let end = run(bytes, every: 1000, until: 900_000)
        #expect(end.limit == .slowness)
        #expect(end.at == 60_000)
    }

    @Test("A drip after a good start ends within two minutes of it")
    func lateDrip() {
        var watch = TransferWatch(start: 0)
        watch.received(10_000_000, at: 1000)
        var now: Int64 = 1000
        while watch.exceeded(at: now) == nil, now < 900_000 {
            now += 1000
            if watch.exceeded(at: now) == nil { watch.received(10, at: now) }
        }
        #expect(watch.exceeded(at: now) == .slowness)
        #expect(now <= 122_000)
    }

    @Test("A slow but steady answer goes on until a quarter of an hour")
    func steady() {
        #expect(run(2048, every: 1000, until: 890_000).limit == nil)
        let end = run(2048, every: 1000, until: 2_000_000)
        #expect(end.limit == .answer)
        #expect(end.at == 900_000)
    }

    @Test("A look that comes late names the limit that was over first")
    func late() {
        var watch = TransferWatch(start: 0)
        #expect(watch.exceeded(at: 10_000_000) == .silence)
        for second in 1...59 { watch.received(1, at: Int64(second) * 1000) }
        #expect(watch.exceeded(at: 10_000_000) == .slowness)
        watch.received(10_000_000, at: 59_500)
        #expect(watch.exceeded(at: 10_000_000) == .silence)
    }

    @Test("An empty piece is no byte")
    func empty() {
        var watch = TransferWatch(start: 0)
        watch.received(0, at: 29_000)
        #expect(watch.exceeded(at: 30_000) == .silence)
    }
}
