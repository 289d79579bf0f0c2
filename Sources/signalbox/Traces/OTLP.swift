import Primitives
import Telemetry
import Tracing

/// Spans as OTLP 1.x spells them in JSON (`opentelemetry-proto`, `trace.proto`): ids in hexadecimal digits, 64-bit numbers in
/// strings.
enum OTLP {
    private static let scope: JSON = ["name": "signalbox"]

    /// Who made the spans.
    static func resource(version: String, node: String?) -> JSON {
        var attributes = [
            attribute("service.name", ["stringValue": "signalbox"]),
            attribute("service.version", ["stringValue": .string(version)]),
        ]
        if let node { attributes.append(attribute("service.instance.id", ["stringValue": .string(node)])) }
        return ["attributes": .array(attributes)]
    }

    static func body(of spans: some Sequence<EndedSpan>, _ resource: JSON) -> JSON {
        [
            "resourceSpans": [
                ["resource": resource, "scopeSpans": [["scope": scope, "spans": .array(spans.map(span))]]]
            ]
        ]
    }

    private static func span(_ span: EndedSpan) -> JSON {
        var members = [
            JSON.Member("traceId", .string(span.trace.traceID)), JSON.Member("spanId", .string(span.trace.spanID)),
            JSON.Member("name", .string(span.name)), JSON.Member("kind", .integer(number(of: span.kind))),
            JSON.Member("startTimeUnixNano", .string(String(span.began))),
            JSON.Member("endTimeUnixNano", .string(String(span.ended))),
            JSON.Member("attributes", .array(attributes(span.attributes))),
        ]
        if let parent = span.parentSpanID { members.append(JSON.Member("parentSpanId", .string(parent))) }
        if let fault = span.fault { members.append(JSON.Member("status", ["code": 2, "message": .string(fault)])) }
        return .object(members)
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }

    private static func attributes(_ attributes: SpanAttributes) -> [JSON] {
        var out: [(name: String, value: JSON)] = []
        attributes.forEach { name, value in out.append((name, self.value(value))) }
        return out.sorted { $0.name < $1.name }.map { attribute($0.name, $0.value) }
    }

    private static func attribute(_ name: String, _ value: JSON) -> JSON { ["key": .string(name), "value": value] }

    /// Nothing here makes arrays.
    private static func value(_ value: SpanAttribute) -> JSON {
        switch value {
        case .int32(let number): ["intValue": .string(String(number))]
        case .int64(let number): ["intValue": .string(String(number))]
        case .double(let number): ["doubleValue": .number(String(number))]
        case .bool(let flag): ["boolValue": .bool(flag)]
        case .string(let text): ["stringValue": .string(text)]
        default: ["stringValue": .string("\(value)")]
        }
    }
}
