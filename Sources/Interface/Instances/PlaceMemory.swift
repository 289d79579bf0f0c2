import Domain
import Primitives

/// The instance that was on the screen last.
struct PlaceMemory: MemoryPart {
    static let name = "place"

    var instance: InstanceID?

    init() {}
    init(instance: InstanceID) { self.instance = instance }
    init(_ json: JSON) { instance = json["instance"]?.integer }

    var json: JSON { .object(instance.map { [JSON.Member("instance", .integer($0))] } ?? []) }
}
