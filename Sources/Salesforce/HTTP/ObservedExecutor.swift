import Primitives

/// Sends requests and reports each to the task's `OrgObserver`.
struct ObservedExecutor: HTTPExecuting {
    let http: any HTTPExecuting
    let isTokenEndpoint: Bool

    func execute(_ call: HTTPCall) async throws -> HTTPAnswer {
        guard let observer = OrgObserver.current else { return try await http.execute(call) }
        let isGivenUp = Locked(false)
        let request = Task { [http] in try await http.execute(call) }
        let ended = observer.began(OrgObserver.Step(call, isTokenRequest: isTokenEndpoint)) {
            isGivenUp.withLock { $0 = true }
            request.cancel()
        }
        do {
            let answer = try await withTaskCancellationHandler {
                try await request.value
            } onCancel: {
                request.cancel()
            }
            ended(.moved)
            return answer
        } catch {
            if isGivenUp.withLock({ $0 }) {
                ended(.cancelled)
                throw HTTPFault.exceeded(call.limit)
            }
            ended(error is CancellationError ? .cancelled : .moved)
            throw error
        }
    }
}
