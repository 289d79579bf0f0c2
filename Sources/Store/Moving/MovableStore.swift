/// What a store offers so that all that it holds can be moved into another one. Nobody else uses either of them meanwhile.
package protocol MovableStore: EventStore {
    /// Tells this store from all others, whoever opens it; the same for as long as its key is.
    func moveIdentity() async throws -> String
    /// Rows behind that key, in order of the key.
    func movedRows(_ table: MovedTable, after key: [MovedValue]?, limit: Int) async throws -> [[MovedValue]]
    /// The greatest key that is here; nil where the table is empty.
    func lastMovedKey(_ table: MovedTable) async throws -> [MovedValue]?
    /// Adds rows, all or none.
    func insertMoved(_ rows: [[MovedValue]], into table: MovedTable) async throws
    /// What is counted on, and how far the clock was set.
    func movedNumbers() async throws -> MovedNumbers
    /// Which store is being moved into this one, if a move has begun and not ended.
    func moveUnderWay() async throws -> String?
    /// Marks this store: until `endMove` no node opens it.
    func beginMove(from identity: String) async throws
    /// All is here: the mark goes, and what is counted goes on from these.
    func endMove(_ numbers: MovedNumbers) async throws
}

package struct MovedNumbers: Sendable, Hashable {
    package var nextSequence: Int64
    package var nextInstance: Int64
    /// Milliseconds, as `ClockStore` keeps them; nil where none is kept.
    package var clockStep: Int64?

    package init(nextSequence: Int64, nextInstance: Int64, clockStep: Int64?) {
        self.nextSequence = nextSequence
        self.nextInstance = nextInstance
        self.clockStep = clockStep
    }
}

extension StoreError {
    /// What a node is told that opens a store in the middle of a move.
    package static func isMoving(_ place: String) -> StoreError {
        StoreError(
            .other,
            "\(place) holds a part of another store, as a move into it has not ended; run the same `signalbox migrate` again to "
                + "bring it to its end, or begin with an empty one."
        )
    }
}
