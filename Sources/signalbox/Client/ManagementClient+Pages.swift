import Domain
import NIOHTTP1

extension ManagementClient {
    /// The elements of a paged list, page by page as they are asked for. A list that is not there is empty.
    func pages(
        _ path: String,
        query: [(String, String)] = [],
        pageSize: Int = 200,
        limit: Int = .max
    ) -> AsyncThrowingStream<JSON, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await follow(path, query: query, pageSize: min(pageSize, limit), limit: limit) {
                        continuation.yield($0)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func follow(
        _ path: String,
        query: [(String, String)],
        pageSize: Int,
        limit: Int,
        take: (JSON) -> Void
    ) async throws {
        var token: String?
        var rest = limit
        repeat {
            let page = token.map { [("nextPage", $0)] } ?? []
            let answer: Answer
            do {
                answer = try await call(.GET, path, query: query + [("pageSize", String(pageSize))] + page)
            } catch let error as RefusedCall where error.status == 404 && path == "/instances" {
                // The API keeps its original's custom of answering 404 where there is no instance yet.
                return
            }
            for element in answer.json.array ?? [] where rest > 0 {
                take(element)
                rest -= 1
            }
            token = answer.nextPage
        } while token != nil && rest > 0 && !Task.isCancelled
    }
}
