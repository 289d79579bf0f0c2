import Dispatch

/// A line on standard error that is only printed if something takes longer than people like to wait.
struct DelayedDiagnostic {
    private let item: DispatchWorkItem

    static func after(milliseconds: Int, _ text: String) -> DelayedDiagnostic {
        let item = DispatchWorkItem { StandardStreams.printDiagnostic(text) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: item)
        return DelayedDiagnostic(item: item)
    }

    func cancel() { item.cancel() }
}
