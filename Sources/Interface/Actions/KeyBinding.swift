package import Drawing

/// Keys that a person gives to an action, in place of its own.
package struct KeyBinding: Sendable, Hashable {
    /// The action's name as it was written.
    package let action: String
    /// None unbinds it.
    package let keys: [Key]

    package init(action: String, keys: [Key]) {
        self.action = action
        self.keys = keys
    }

    /// Why bindings can't be used.
    package enum Fault: Error, Sendable, Hashable {
        case unknownAction(KeyBinding)
        case repeated(KeyBinding)
        /// The key means another action in the context.
        case clash(KeyBinding, key: Key, with: ActionID, in: ActionContext)

        /// The one that is to blame.
        package var binding: KeyBinding {
            switch self {
            case .unknownAction(let binding), .repeated(let binding), .clash(let binding, _, _, _): binding
            }
        }
    }
}

extension ActionTable {
    /// The table with other keys: all of them, or none.
    package func rebound(_ bindings: [KeyBinding]) throws(KeyBinding.Fault) -> ActionTable {
        var table = self
        var seen: Set<String> = []
        for binding in bindings {
            guard let index = table.actions.firstIndex(where: { $0.id.name == binding.action }) else {
                throw .unknownAction(binding)
            }
            guard seen.insert(binding.action).inserted else { throw .repeated(binding) }
            table.actions[index].keys = binding.keys
        }
        for binding in bindings {
            guard let action = table[named: binding.action] else { continue }
            for key in action.keys {
                if let (other, context) = table.clash(of: action, key) {
                    throw .clash(binding, key: key, with: other.id, in: context)
                }
            }
        }
        return table
    }

    /// Another action that has the key in a context where this one has it too.
    func clash(of action: Action, _ key: Key) -> (Action, ActionContext)? {
        for other in actions where other.id != action.id && other.keys.contains(key) {
            for context in contexts where other.counts(in: context, for: key) && action.counts(in: context, for: key) {
                return (other, context)
            }
        }
        return nil
    }
}

extension Action {
    /// Whether the key can't mean anything else in the context: its own, an included one's, or one that works there too.
    fileprivate func counts(in context: ActionContext, for key: Key) -> Bool {
        if works(in: context) || contexts.contains(.always) { return true }
        guard contexts.contains(.everywhere) else { return false }
        return switch context.kind {
        case .pane, .control: true
        // A text in a pane takes letters before everywhere's keys.
        case .shared: context == .text && !key.isLetter
        case .everywhere, .overlay, .always: false
        }
    }
}
