import GRDB
import Glibc
import Logging
import Primitives
import Synchronization

/// Whether the index of words can be used, for all who have a connection to it. Nothing but searches ever fails for its sake:
/// one that can't be used is dropped and begun anew at once, and events are looked at meanwhile.
final class WordHealth: Sendable {
    private struct State {
        var isLost = false
        var said: String?
        var onLoss: (@Sendable () -> Void)?
    }

    let path: String
    private let logger: Logger
    /// How often it was begun anew. What a connection to a former file says is of no interest.
    private let files = Atomic(0)
    private let state = Locked(State())

    init(_ path: String, _ logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// The number of the file that is in use now.
    var file: Int { files.load(ordering: .acquiring) }
    /// What is there can't be used, and is to be dropped.
    var isLost: Bool { state.withLock { $0.isLost } }
    private var markPath: String { path + DataDirectory.damageMark }
    /// Whether a former process found it damaged and did not come to mend it.
    var isMarked: Bool { unsafe access(markPath, F_OK) == 0 }

    /// Calls back, from any thread, when what it held has to be made anew.
    func onLoss(_ body: @escaping @Sendable () -> Void) {
        let isLost = state.withLock { state in
            state.onLoss = body
            return state.isLost
        }
        if isLost { body() }
    }

    /// The file with this number can't be used.
    func lose(_ file: Int, _ error: any Error) {
        let (isNew, onLoss) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
            guard file == self.file, !state.isLost else { return (false, nil) }
            state.isLost = true
            return (true, state.onLoss)
        }
        guard isNew else { return }
        // A process that is killed before it has mended it leaves that to the next one.
        let mark = OwnedFile.open(markPath, O_RDWR)
        if mark >= 0 { Glibc.close(mark) }
        logger.warning(
            "The index of words \(path) can't be used and is made anew; no event is lost, and searches are slow until then",
            metadata: ["error": "\(WordFile.cause(error))"]
        )
        onLoss?()
    }

    /// There is another file in its place.
    func renewed() {
        state.withLock { state in
            files.add(1, ordering: .acquiringAndReleasing)
            state.isLost = false
        }
    }

    /// Runs what is done for the index alone, in the midst of what is more important: what goes wrong there is said once, and
    /// holds nothing up.
    ///
    /// - Returns: nil where something went wrong.
    @discardableResult
    @inline(never)  // The optimiser of Swift 6.3.1 ends with a fault where it is inlined ("splitting coroutine").
    func spare<Value>(_ body: () async throws -> Value) async -> Value? {
        do {
            let value = try await body()
            state.withLock { $0.said = nil }
            return value
        } catch is CancellationError {
            return nil
        } catch let error as StoreError where error == .closed {
            return nil
        } catch {
            let text = "\(error)"
            let isNew = state.withLock { state in
                defer { state.said = text }
                return state.said != text
            }
            if isNew {
                logger.warning("The index of words does not follow what is removed; searches pass over it: \(text)")
            }
            return nil
        }
    }
}
