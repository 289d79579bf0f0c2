package import Tracing

/// Which span of which trace: what the header `traceparent` of W3C Trace Context (level 1, 3.2) says.
package struct TraceContext: Sendable, Hashable {
    package static let header = "traceparent"

    /// 32 hexadecimal digits in lower case, not all zero.
    package let traceID: String
    /// 16 of them.
    package let spanID: String
    /// Whether the one who began the trace wants it recorded.
    package let isSampled: Bool

    private init(traceID: String, spanID: String, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// A trace of its own.
    package init() {
        self.init(traceID: Self.random() + Self.random(), spanID: Self.random(), isSampled: true)
    }

    /// Nil for anything that the specification has no meaning for. Later versions may say more behind these parts.
    package init?(traceparent text: String) {
        guard text.utf8.count <= 512 else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        let flags = UInt8(parts[3], radix: 16) ?? 0
        self.init(traceID: String(parts[1]), spanID: String(parts[2]), isSampled: flags & 1 == 1)
    }

    package var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

    /// A new span of the same trace.
    func child() -> TraceContext { TraceContext(traceID: traceID, spanID: Self.random(), isSampled: isSampled) }

    private static func random() -> String {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

extension InstrumentationContext {
    private enum Key: InstrumentationContextKey {
        typealias Value = TraceContext
        static var nameOverride: String? { "signalbox.trace" }
    }

    /// Of the span that this context belongs to.
    package var trace: TraceContext? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}
