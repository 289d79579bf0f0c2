import Domain
import EngineAPI
import Primitives

extension JSONSchema {
    /// The schema of a value of the engine's interface.
    init<Value: WireValue>(of type: Value.Type) { self.init(type.shape) }

    private init(_ shape: WireShape) {
        self =
            switch shape {
            case .integer: .number
            case .flag: .flag
            case .text: .text
            case .moment: JSONSchema.number.described("Milliseconds since 1970.")
            case .bytes: JSONSchema.text.described("Base64.")
            case .words(let words): .words(words)
            case .list(let element): .list(of: JSONSchema(element))
            case .table(let value): .table(of: JSONSchema(value))
            case .optional(let wrapped): JSONSchema(wrapped).nullable
            case .filter: ReplayShape.printedFilterSchema
            case .object(let name, let members, let isClosed):
                JSONSchema.object(
                    members: members.map { (name: $0.name, schema: JSONSchema($0.shape)) },
                    required: members.filter { !$0.isOptional }.map(\.name),
                    isClosed: isClosed
                ).named("Engine" + name)
            }
    }
}
