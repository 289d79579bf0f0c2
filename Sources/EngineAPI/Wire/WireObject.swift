import Domain
package import Primitives

/// A value that is an object: its members are listed once, for writing and for the description; the initializer reads them.
package protocol WireObject: WireValue {
    static var wireName: String { get }
    /// Whether a member that it does not have is a fault: so for all that a person wants, of which nothing may be passed over.
    static var isClosed: Bool { get }
    static var members: [WireMember<Self>] { get }
    init(reading members: WireReader) throws(WireFault)
}

extension WireObject {
    package static var isClosed: Bool { false }

    package static var shape: WireShape {
        .object(wireName, members.map { .init(name: $0.name, shape: $0.shape) }, isClosed: isClosed)
    }

    /// Members that are null are left out.
    package var wire: JSON {
        .object(
            Self.members.compactMap { member in
                let value = member.read(self)
                return value == .null ? nil : JSON.Member(member.name, value)
            }
        )
    }

    package init(wire: JSON) throws(WireFault) {
        guard let members = wire.members else { throw .kind("an object") }
        if Self.isClosed, let stranger = members.first(where: { one in !Self.members.contains { $0.name == one.name } })
        {
            throw .malformed(
                "There is no \u{201C}\(stranger.name.prefix(40))\u{201D}; the members are "
                    + Self.members.map(\.name).joined(separator: ", ") + "."
            )
        }
        try self.init(reading: WireReader(members))
    }
}

/// One member of an object.
package struct WireMember<Root>: Sendable {
    package typealias Path<Value> = any KeyPath<Root, Value> & Sendable

    let name: String
    let shape: WireShape
    let read: @Sendable (Root) -> JSON

    package init<Value: WireValue>(_ name: String, _ path: Path<Value>) {
        self.name = name
        shape = Value.shape
        read = { $0[keyPath: path].wire }
    }

    /// A secret that the other side needs in clear.
    static func exposed(_ name: String, _ path: Path<Secret>) -> WireMember {
        WireMember(name: name, shape: .text) { .string($0[keyPath: path].exposed) }
    }

    static func exposed(_ name: String, _ path: Path<Secret?>) -> WireMember {
        WireMember(name: name, shape: .optional(.text)) { $0[keyPath: path].map { .string($0.exposed) } ?? .null }
    }

    private init(name: String, shape: WireShape, read: @escaping @Sendable (Root) -> JSON) {
        self.name = name
        self.shape = shape
        self.read = read
    }
}

/// The members of an object that is being read.
package struct WireReader: Sendable {
    private let members: [String: JSON]

    init(_ members: [JSON.Member]) {
        self.members = Dictionary(members.map { ($0.name, $0.value) }) { $1 }
    }

    package func callAsFunction<Value: WireValue>(
        _ name: String,
        as _: Value.Type = Value.self
    ) throws(WireFault) -> Value {
        do { return try Value(wire: members[name] ?? .null) } catch { throw error.inside(name) }
    }

    /// A member that a request may leave out.
    func value<Value: WireValue>(_ name: String, or standard: Value) throws(WireFault) -> Value {
        try self(name, as: Value?.self) ?? standard
    }

    func secret(_ name: String) throws(WireFault) -> Secret { Secret(try self(name)) }
    func optionalSecret(_ name: String) throws(WireFault) -> Secret? {
        try self(name, as: String?.self).map { Secret($0) }
    }
}
