import Dispatch

/// A line on standard error that is only printed if something takes longer than people like to wait.
struct DispatchNote {
    private let item: DispatchWorkItem

    static func after(milliseconds: Int, _ text: String) -> DispatchNote {
        let item = DispatchWorkItem { StandardStreams.noteLine(text) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: item)
        return DispatchNote(item: item)
    }

    func cancel() { item.cancel() }
}
