/// The connections that wait for the next post, by where they lead. Pure: it is told what happened to connections and says
/// which are to be closed.
///
/// It bounds what waits, never what is under way: a limit to that would be a queue in which callbacks that hang stand
/// before the others of their host.
struct IdleConnections<Key: Hashable & Sendable, Connection: Sendable>: Sendable {
    private struct Entry: Sendable {
        var number: Int
        var connection: Connection
    }

    private let limit: Int
    private let total: Int
    /// Oldest first.
    private var entries: [Key: [Entry]] = [:]
    private(set) var count = 0
    private(set) var isClosed = false

    init(forOne limit: Int, forAll total: Int) {
        self.limit = limit
        self.total = total
    }

    /// The newest: the one that its peer has least reason to have closed.
    mutating func take(_ key: Key) -> Connection? {
        guard let entry = entries[key]?.popLast() else { return nil }
        if entries[key]?.isEmpty == true { entries[key] = nil }
        count -= 1
        return entry.connection
    }

    /// False where there is no room: close it. Of one place the oldest makes room, in `evicted`.
    mutating func put(_ key: Key, _ number: Int, _ connection: Connection) -> (isKept: Bool, evicted: Connection?) {
        guard !isClosed, limit > 0 else { return (false, nil) }
        var evicted: Connection?
        if let waiting = entries[key]?.count, waiting >= limit {
            evicted = entries[key]?.removeFirst().connection
            count -= 1
        } else if count >= total {
            return (false, nil)
        }
        entries[key, default: []].append(Entry(number: number, connection: connection))
        count += 1
        return (true, evicted)
    }

    /// Its peer closed it, or its time is over. False where it was taken meanwhile.
    mutating func remove(_ key: Key, _ number: Int) -> Bool {
        guard let index = entries[key]?.lastIndex(where: { $0.number == number }) else { return false }
        entries[key]?.remove(at: index)
        if entries[key]?.isEmpty == true { entries[key] = nil }
        count -= 1
        return true
    }

    /// Nothing waits from now on.
    mutating func close() {
        isClosed = true
        entries = [:]
        count = 0
    }
}
