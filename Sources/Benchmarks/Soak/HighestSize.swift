import Foundation
import Primitives

/// The most megabytes that a file had since somebody asked, looked at ten times a second.
final class HighestSize: Sendable {
    private let looking: Task<Void, Never>
    private let highest: Highest

    private final class Highest: Sendable {
        let megabytes = Locked(0.0)
    }

    init(of path: String) {
        let highest = Highest()
        self.highest = highest
        looking = Task {
            while !Task.isCancelled {
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                let size = Double((attributes?[.size] as? Int) ?? 0) / 1_000_000
                highest.megabytes.withLock { $0 = max($0, size) }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    func take() -> Double {
        highest.megabytes.withLock { megabytes in
            defer { megabytes = 0 }
            return megabytes
        }
    }

    func stop() { looking.cancel() }
}
