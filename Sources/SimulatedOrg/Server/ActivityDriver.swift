import ServiceLifecycle

/// Keeps a running org busy at the rate that its configuration asks for.
struct ActivityDriver: Service {
    let org: Org

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var debt = 0.0
            let clock = ContinuousClock()
            var last = clock.now
            while !Task.isCancelled {
                let rate = await org.activityRate
                // An idle org looks up now and then whether a rate was set over the control API.
                let pause = rate > 0 ? min(1, max(0.02, 1 / rate)) : 0.5
                guard (try? await Task.sleep(for: .seconds(pause))) != nil else { return }
                let now = clock.now
                debt += (now - last) / .seconds(1) * rate
                last = now
                let steps = min(10_000, Int(debt))
                debt -= Double(steps)
                if steps > 0 { await org.act(times: steps) }
            }
        }
    }
}
