import Primitives
package import Tracing

/// A span as it ended.
package struct EndedSpan: Sendable {
    package let name: String
    package let trace: TraceContext
    /// Nil for the first of its trace.
    package let parentSpanID: String?
    package let kind: SpanKind
    /// Nanoseconds since 1970, by the machine's clock.
    package let began: UInt64
    package let ended: UInt64
    package let attributes: SpanAttributes
    /// Nil for no fault.
    package let fault: String?
}

/// A span under way. Events and links are not kept: nothing here makes any.
package final class RecordedSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var status: SpanStatus?
        var isOver = false
    }

    /// Longer words of an error are cut.
    private static let longestFault = 1024

    package let context: InstrumentationContext
    private let trace: TraceContext
    private let parentSpanID: String?
    private let kind: SpanKind
    private let began: UInt64
    private let onEnd: @Sendable (EndedSpan) -> Void
    private let state: Locked<State>

    init(
        _ name: String,
        trace: TraceContext,
        below parent: InstrumentationContext,
        kind: SpanKind,
        began: UInt64,
        onEnd: @escaping @Sendable (EndedSpan) -> Void
    ) {
        var context = parent
        context.trace = trace
        self.context = context
        self.trace = trace
        parentSpanID = parent.trace?.spanID
        self.kind = kind
        self.began = began
        self.onEnd = onEnd
        state = Locked(State(name: name))
    }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { change { $0.attributes = newValue } }
    }

    package var isRecording: Bool { trace.isSampled && state.withLock { !$0.isOver } }

    package func setStatus(_ status: SpanStatus) { change { $0.status = status } }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        setStatus(SpanStatus(code: .error, message: "\(error)"))
    }

    package func addEvent(_ event: SpanEvent) {}

    package func addLink(_ link: SpanLink) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let last = state.withLock { state -> State? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return state
        }
        guard let last, trace.isSampled else { return }
        onEnd(
            EndedSpan(
                name: last.name,
                trace: trace,
                parentSpanID: parentSpanID,
                kind: kind,
                began: began,
                ended: max(began, instant().nanosecondsSinceEpoch),
                attributes: last.attributes,
                fault: last.status.flatMap { status in
                    status.code == .error ? String((status.message ?? "").prefix(Self.longestFault)) : nil
                }
            )
        )
    }

    private func change(_ change: (inout State) -> Void) {
        state.withLock { state in
            if !state.isOver { change(&state) }
        }
    }
}
