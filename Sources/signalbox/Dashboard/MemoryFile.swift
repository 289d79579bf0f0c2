import FoundationEssentials
import Glibc
import Interface
import Primitives

/// `dashboard.json` of the data directory: what the dashboard remembers. Read at its start, written a moment after each change
/// and at its end.
final class MemoryFile: Sendable {
    static let fileName = "dashboard.json"
    private static let mostBytes = 1 << 20

    private struct State {
        /// What this dashboard knows to be in the file.
        var written: DashboardMemory
        /// What is to be written; nil: nothing.
        var pending: DashboardMemory?
        var isScheduled = false
        var hasComplained = false
    }

    /// What was read at the start.
    let kept: DashboardMemory
    private let path: String
    private let pause: Duration
    private let report: @Sendable (String) -> Void
    private let state: Locked<State>
    /// Held while it is written, so that the last one is the one that stays.
    private let writing = Locked(())

    private init(_ path: String, _ kept: DashboardMemory, pause: Duration, report: @escaping @Sendable (String) -> Void)
    {
        self.path = path
        self.kept = kept
        self.pause = pause
        self.report = report
        state = Locked(State(written: kept))
    }

    /// Reads the file, with a sentence where it could not be used; then it lies beside its place, for whoever wants to look.
    ///
    /// `pause` lies between a change and its writing, so that many make one. `report` hears, once, why nothing can be written.
    static func open(
        dataDirectory: String,
        pause: Duration = .seconds(1),
        report: @escaping @Sendable (String) -> Void
    ) -> (file: MemoryFile, problem: String?) {
        let path = dataDirectory + "/" + fileName
        var problem: String?
        let memory: DashboardMemory
        do {
            memory = try read(path) ?? DashboardMemory()
        } catch {
            memory = DashboardMemory()
            problem = setAside(path, error)
        }
        return (MemoryFile(path, memory, pause: pause, report: report), problem)
    }

    // MARK: Reading

    private struct Unusable: Error { let reason: String }

    /// Nil where there is none yet.
    private static func read(_ path: String) throws(Unusable) -> DashboardMemory? {
        // Of the path itself: what a link or a pipe leads to is not what was written here.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return nil }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw Unusable(reason: "is no file") }
        guard let size = attributes[.size] as? Int, size <= mostBytes else { throw Unusable(reason: "is too large") }
        guard let data = FileManager.default.contents(atPath: path) else { throw Unusable(reason: "can't be read") }
        guard let json = try? JSON(parsing: data), let memory = DashboardMemory(json) else {
            throw Unusable(reason: "is not what this version writes")
        }
        return memory
    }

    private static func setAside(_ path: String, _ fault: Unusable) -> String {
        let place = path + ".broken"
        _ = unsafe unlink(place)
        let isAside = DirectoryEntry.rename(path, to: place)
        return "\(path) \(fault.reason); the dashboard starts without what it had kept"
            + (isAside ? ", and the file is \(place) now." : ". Remove the file to have things kept again.")
    }

    // MARK: Writing

    /// Takes what shall be kept from now on; it is on disk after the pause, or after `flush`.
    func keep(_ memory: DashboardMemory) {
        let isFirst = state.withLock { state in
            state.pending = memory
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard isFirst else { return }
        Task { [pause] in
            try await Task.sleep(for: pause)
            flush()
        }
    }

    /// Writes what waits to be written.
    func flush() {
        writing.withLock { _ in
            let (memory, before) = state.withLock { state in
                defer { (state.pending, state.isScheduled) = (nil, false) }
                return (state.pending, state.written)
            }
            guard let memory, memory != before else { return }
            // Another dashboard of this data directory may have kept something, too.
            let merged = ((try? Self.read(path)) ?? before).changed(from: before, to: memory)
            do throws(Unusable) {
                try write(merged)
                state.withLock { $0.written = memory }
            } catch { complain(error) }
        }
    }

    private func write(_ memory: DashboardMemory) throws(Unusable) {
        let bytes = memory.json.bytes + [0x0A]
        guard bytes.count <= Self.mostBytes else { throw Unusable(reason: "it would be larger than a MiB") }
        guard OwnedFile.replace(path, with: bytes, isDurable: true) else {
            throw Unusable(reason: unsafe String(cString: strerror(errno)))
        }
    }

    private func complain(_ fault: Unusable) {
        let isFirst = state.withLock { state in
            defer { state.hasComplained = true }
            return !state.hasComplained
        }
        guard isFirst else { return }
        report(
            "What the dashboard shall remember can't be written to \(path): \(fault.reason). It holds until you leave."
        )
    }
}
