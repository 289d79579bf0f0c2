import Primitives
package import Tracing

/// The program's own backend of swift-distributed-tracing: it keeps the spans that ended until an exporter takes them.
///
/// Whoever makes spans knows `Tracer` alone, so that another backend takes its place in one line:
///
/// ```swift
/// options.tracer = recorder  // or what another package makes; nil: no spans, at the cost of a look
/// ```
package final class TraceRecorder: Tracer {
    private struct State {
        var ended: [EndedSpan] = []
        var lost = 0
    }

    /// Spans that wait for a collector that does not answer; later ones are lost, and counted.
    package static let mostWaiting = 8192

    private let state = Locked(State())
    private let onWaiting: @Sendable () -> Void

    /// `onWaiting` hears of the first one that waits after `take`.
    package init(onWaiting: @escaping @Sendable () -> Void = {}) { self.onWaiting = onWaiting }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> RecordedSpan {
        let parent = context()
        return RecordedSpan(
            operationName,
            trace: parent.trace?.child() ?? TraceContext(),
            below: parent,
            kind: kind,
            began: instant().nanosecondsSinceEpoch,
            onEnd: { self.keep($0) }
        )
    }

    private func keep(_ span: EndedSpan) {
        let isFirst = state.withLock { state in
            guard state.ended.count < Self.mostWaiting else {
                state.lost += 1
                return false
            }
            state.ended.append(span)
            return state.ended.count == 1
        }
        if isFirst { onWaiting() }
    }

    /// What waits, and how many spans were lost since the last call.
    package func drain() -> (spans: [EndedSpan], lost: Int) {
        state.withLock { state in
            defer { state = State() }
            return (state.ended, state.lost)
        }
    }

    /// Puts back what was drained and could not be sent, before what came since.
    package func restore(_ spans: ArraySlice<EndedSpan>) {
        state.withLock { state in
            let room = Self.mostWaiting - state.ended.count
            state.ended.insert(contentsOf: spans.suffix(max(0, room)), at: 0)
            state.lost += max(0, spans.count - max(0, room))
        }
    }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: TraceContext.header, from: carrier) else { return }
        context.trace = TraceContext(traceparent: text)
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: TraceContext.header, into: &carrier)
    }
}
