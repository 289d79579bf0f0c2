import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Posts the org's callouts as they come due.
struct CalloutSender: Service {
    /// How many are on their way at once when their order doesn't matter.
    private static let width = 16
    private static let timeout = TimeAmount.seconds(10)

    let org: Org
    let logger: Logger

    func run() async throws {
        let signals = await org.calloutSignals()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                // Wakes up again for callouts that are due later.
                group.addTask { await tick() }
                for await _ in signals {
                    var batch = await org.dequeueDueCallouts()
                    while !batch.isEmpty {
                        await post(batch)
                        batch = await org.dequeueDueCallouts()
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func tick() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            await org.signalDueCallouts()
        }
    }

    private func post(_ batch: [Callout]) async {
        let width = await org.reordersCallouts ? Self.width : 1
        await withDiscardingTaskGroup { group in
            for lane in 0..<min(width, batch.count) {
                group.addTask {
                    for index in stride(from: lane, to: batch.count, by: width) { await post(batch[index]) }
                }
            }
        }
    }

    private func post(_ callout: Callout) async {
        var request = HTTPClientRequest(url: callout.url)
        request.method = .POST
        for (name, value) in callout.headers(at: await org.now) { request.headers.add(name: name, value: value) }
        request.body = .bytes(callout.body)
        var succeeded = false
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
            let body = try await response.body.collect(upTo: 1 << 16)
            succeeded = callout.isDone(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch {
            logger.debug("A callout failed", metadata: ["error": "\(error)"])
        }
        await org.finishCallout(callout.number, succeeded: succeeded)
    }
}
