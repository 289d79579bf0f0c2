package import Primitives

/// What the dashboard remembers from one run to the next: a part for each feature that keeps something.
///
/// A feature declares its part as a `MemoryPart`, reads it with `context.memory[FilterMemory.self]` when it hears `.start`, and
/// gives a changed one to `effects.remember(part)`. What a part of another version says is kept as it is, so that an older
/// and a newer dashboard share one file.
package struct DashboardMemory: Sendable, Hashable {
    /// Of the form that the parts stand in, not of the parts: those are read tolerantly.
    package static let version: Int64 = 1

    private var parts: [String: JSON] = [:]

    package init() {}

    /// Nil for what no dashboard of this version wrote.
    package init?(_ json: JSON) {
        guard json["version"]?.integer == Self.version, let members = json["parts"]?.members else { return nil }
        parts = Dictionary(members.map { ($0.name, $0.value) }) { $1 }
    }

    /// Parts by name, so that equal memories are equal files.
    package var json: JSON {
        let members = parts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        return .object([.init("version", .integer(Self.version)), .init("parts", .object(members))])
    }

    /// Reading it parses it: a feature keeps what it has read. An empty part is none.
    subscript<Part: MemoryPart>(_: Part.Type) -> Part {
        get { parts[Part.name].map { Part($0) } ?? Part() }
        set { parts[Part.name] = newValue == Part() ? nil : newValue.json }
    }

    /// This one with what was changed from `former` to `latter`: what another dashboard changed meanwhile stays, also within
    /// a part, as far down as there are objects.
    package func changed(from former: DashboardMemory, to latter: DashboardMemory) -> DashboardMemory {
        var memory = self
        for name in Set(former.parts.keys).union(latter.parts.keys) {
            memory.parts[name] = parts[name].changed(from: former.parts[name], to: latter.parts[name])
        }
        return memory
    }
}

extension JSON? {
    /// This value with what was changed from `former` to `latter`, member by member; nil is no value.
    fileprivate func changed(from former: JSON?, to latter: JSON?) -> JSON? {
        guard former != latter else { return self }
        guard case .object(let present)? = self, case .object(let after)? = latter else { return latter }
        func byName(_ members: [JSON.Member]) -> [String: JSON] {
            Dictionary(members.map { ($0.name, $0.value) }) { $1 }
        }
        let (now, old, new) = (byName(present), byName(former?.members ?? []), byName(after))
        // The order of the latter is that of use; what it doesn't know stands before it.
        return .object(
            (present.filter { new[$0.name] == nil } + after).compactMap { member in
                let name = member.name
                return now[name].changed(from: old[name], to: new[name]).map { JSON.Member(name, $0) }
            }
        )
    }
}

/// What one feature keeps. Hand-edited and older files are read like all that comes from outside: what is not understood is
/// left out, sizes are bounded.
protocol MemoryPart: Sendable, Hashable {
    /// Stable; the name in the file.
    static var name: String { get }
    /// Nothing is kept yet.
    init()
    init(_ json: JSON)
    var json: JSON { get }
}

extension DashboardContext {
    /// What the dashboard remembers now.
    var memory: DashboardMemory { settings.memory }
}
