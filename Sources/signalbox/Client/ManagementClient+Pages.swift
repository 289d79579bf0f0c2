import Domain
import NIOHTTP1
import Primitives

extension ManagementClient {
    /// The elements of a paged list, page by page as they are asked for. A list that is not there is empty.
    func pages(
        _ path: String,
        query: [(String, String)] = [],
        pageSize: Int = 200,
        limit: Int = .max
    ) -> PagedList {
        PagedList(rest: limit) { token in
            let page = token.map { [("nextPage", $0)] } ?? []
            let size = ("pageSize", String(min(pageSize, limit)))
            do {
                return try await call(.GET, path, query: query + [size] + page)
            } catch let error as RefusedCall where error.status == 404 && path == "/instances" {
                // The API keeps its original's custom of answering 404 where there is no instance yet.
                return Answer(json: [], nextPage: nil)
            }
        }
    }
}

/// The elements of a list that comes in pages. One page is held at a time: the next is fetched when that one was taken,
/// so that a reader behind a pager needs no more memory the longer it pauses.
struct PagedList: AsyncSequence {
    typealias Element = JSON

    /// How many elements to give at most.
    let rest: Int
    /// Fetches the page that a token names; nil names the first.
    let fetch: (String?) async throws -> ManagementClient.Answer

    func makeAsyncIterator() -> Iterator { Iterator(rest: rest, fetch: fetch) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var rest: Int
        fileprivate let fetch: (String?) async throws -> ManagementClient.Answer
        private var page: ArraySlice<JSON> = []
        private var token: String?
        private var isLast = false

        fileprivate init(rest: Int, fetch: @escaping (String?) async throws -> ManagementClient.Answer) {
            self.rest = rest
            self.fetch = fetch
        }

        mutating func next() async throws -> JSON? {
            guard rest > 0 else { return nil }
            while page.isEmpty {
                guard !isLast else { return nil }
                try Task.checkCancellation()
                let answer = try await fetch(token)
                page = (answer.json.array ?? [])[...]
                token = answer.nextPage
                isLast = token == nil
            }
            rest -= 1
            return page.popFirst()
        }
    }
}
