package import Domain
package import Primitives

/// A value that goes between a node and a dashboard elsewhere, as JSON of its own shape.
///
/// What is read is hostile until it is read: a value of another kind, a missing member and, where the node reads, an unknown
/// one is a `WireFault` that names the place.
package protocol WireValue: Sendable {
    /// What its JSON looks like, for the description of the API.
    static var shape: WireShape { get }
    var wire: JSON { get }
    init(wire: JSON) throws(WireFault)
}

/// Why JSON is not the value that it should be.
package enum WireFault: SentenceError, Sendable, Hashable {
    /// One sentence that names the member.
    case malformed(String)
    /// Settings that can't be what is given.
    case rejected(ConfigurationRejected)

    package var description: String {
        switch self {
        case .malformed(let sentence): sentence
        case .rejected(let rejected): rejected.description
        }
    }

    /// The same, inside a member of that name.
    func inside(_ name: String) -> WireFault {
        guard case .malformed(let sentence) = self else { return self }
        return .malformed("\(name.prefix(60)): \(sentence)")
    }

    static func kind(_ words: String) -> WireFault { .malformed("It must be \(words).") }
}

extension Int64: WireValue {
    package static var shape: WireShape { .integer }
    package var wire: JSON { .integer(self) }

    package init(wire: JSON) throws(WireFault) {
        guard case .number = wire, let number = wire.integer else { throw .kind("a whole number") }
        self = number
    }
}

extension Int: WireValue {
    package static var shape: WireShape { .integer }
    package var wire: JSON { .integer(self) }

    package init(wire: JSON) throws(WireFault) {
        guard let number = Int(exactly: try Int64(wire: wire)) else { throw .kind("a whole number") }
        self = number
    }
}

extension Bool: WireValue {
    package static var shape: WireShape { .flag }
    package var wire: JSON { .bool(self) }

    package init(wire: JSON) throws(WireFault) {
        guard case .bool(let flag) = wire else { throw .kind("true or false") }
        self = flag
    }
}

extension String: WireValue {
    package static var shape: WireShape { .text }
    package var wire: JSON { .string(self) }

    package init(wire: JSON) throws(WireFault) {
        guard let text = wire.string else { throw .kind("a text") }
        self = text
    }
}

/// Milliseconds since 1970, so that no moment loses any of itself on its way.
extension Timestamp: WireValue {
    package static var shape: WireShape { .moment }
    package var wire: JSON { .integer(milliseconds) }
    package init(wire: JSON) throws(WireFault) { self.init(milliseconds: try Int64(wire: wire)) }
}

extension Optional: WireValue where Wrapped: WireValue {
    package static var shape: WireShape { .optional(Wrapped.shape) }
    package var wire: JSON { self?.wire ?? .null }
    package init(wire: JSON) throws(WireFault) { self = wire == .null ? nil : try Wrapped(wire: wire) }
}

extension Array: WireValue where Element: WireValue {
    package static var shape: WireShape { .list(Element.shape) }
    package var wire: JSON { .array(map(\.wire)) }

    package init(wire: JSON) throws(WireFault) {
        guard let elements = wire.array else { throw .kind("a list") }
        self = []
        reserveCapacity(elements.count)
        for element in elements { append(try Element(wire: element)) }
    }
}

extension Dictionary: WireValue where Key == String, Value: WireValue {
    package static var shape: WireShape { .table(Value.shape) }
    package var wire: JSON { .object(sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.wire) }) }

    package init(wire: JSON) throws(WireFault) {
        guard let members = wire.members else { throw .kind("an object") }
        self = [:]
        for member in members {
            do { self[member.name] = try Value(wire: member.value) } catch { throw error.inside(member.name) }
        }
    }
}

/// One word of a few.
package protocol WireWord: WireValue, RawRepresentable<String>, CaseIterable {}

extension WireWord {
    package static var shape: WireShape { .words(allCases.map(\.rawValue)) }
    package var wire: JSON { .string(rawValue) }

    package init(wire: JSON) throws(WireFault) {
        guard let word = wire.string.flatMap(Self.init(rawValue:)) else {
            throw .kind("one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = word
    }
}

/// Bytes that need not be text, in Base64.
struct WireBytes: WireValue {
    let bytes: [UInt8]

    static var shape: WireShape { .bytes }
    var wire: JSON { .string(Base64.encode(bytes)) }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    init(wire: JSON) throws(WireFault) {
        guard let text = wire.string, let bytes = text.isEmpty ? [] : Base64.decode(text) else {
            throw .kind("Base64")
        }
        self.bytes = bytes
    }
}
