import DequeModule
import Domain
import Primitives
import Tracing

/// The spans of what comes in and goes out, and what joins them: an attempt stands below the storing that brought its event,
/// and that below its webhook or poll.
///
/// What joins them is in memory alone, for the newest batches. What is delivered after a restart, by another node or long
/// after it came begins a trace of its own, with the same ids among its attributes.
final class EventTraces: Sendable {
    private struct Batch {
        let first: Int64
        let last: Int64
        let context: InstrumentationContext
    }

    static let keptBatches = 16_384

    let tracer: any Tracer
    /// By sequence, the oldest first.
    private let batches = Locked<Deque<Batch>>([])

    init(_ tracer: any Tracer) { self.tracer = tracer }

    /// A poll, below which its pages are stored.
    func poll<Value: Sendable>(
        of id: InstanceID,
        _ work: @Sendable @concurrent () async throws -> Value
    ) async throws -> Value {
        try await below(tracer.startSpan("poll", context: .topLevel), of: id, work)
    }

    /// Some pages of a backlog, which are stored below it, whoever began to read it.
    func backlog<Value: Sendable>(
        of id: InstanceID,
        object: String,
        _ work: @Sendable @concurrent () async throws -> Value
    ) async throws -> Value {
        let span = tracer.startSpan("backlog", context: .topLevel)
        span.attributes["signalbox.object"] = object
        return try await below(span, of: id, work)
    }

    private func below<Value: Sendable>(
        _ span: any Tracing.Span,
        of id: InstanceID,
        _ work: @Sendable @concurrent () async throws -> Value
    ) async throws -> Value {
        span.attributes["signalbox.instance"] = Int64(id)
        defer { span.end() }
        do {
            return try await InstrumentationContext.$current.withValue(span.context) { try await work() }
        } catch {
            span.recordError(error)
            throw error
        }
    }

    /// Stores a batch below the webhook or the poll that is current.
    func storing(
        for id: InstanceID,
        from source: ChangeSource,
        _ store: () async throws -> IntakeResult
    ) async throws -> IntakeResult {
        let span = tracer.startSpan("store events", ofKind: .producer)
        defer { span.end() }
        do {
            let result = try await store()
            span.updateAttributes { attributes in
                attributes["signalbox.instance"] = Int64(id)
                attributes["signalbox.source"] = source.rawValue
                attributes["signalbox.events"] = result.events
                attributes["signalbox.repeats"] = result.repeats
            }
            remember(result, span.context)
            return result
        } catch {
            span.recordError(error)
            throw error
        }
    }

    private func remember(_ result: IntakeResult, _ context: InstrumentationContext) {
        guard let last = result.lastSequence, result.events > 0 else { return }
        let batch = Batch(first: last - Int64(result.events) + 1, last: last, context: context)
        batches.withLock { batches in
            // Batches that are stored side by side may end in another order.
            let place = (batches.lastIndex { $0.first < batch.first } ?? -1) + 1
            batches.insert(batch, at: place)
            if batches.count > Self.keptBatches { batches.removeFirst() }
        }
    }

    /// Below what the attempts of an event belong; a trace of its own where that is not known any more.
    func context(of sequence: Int64) -> InstrumentationContext {
        batches.withLock { batches in
            var (low, high) = (0, batches.count)
            while low < high {
                let middle = (low + high) / 2
                if batches[middle].last < sequence { low = middle + 1 } else { high = middle }
            }
            guard low < batches.count, batches[low].first <= sequence else { return .topLevel }
            return batches[low].context
        }
    }
}
