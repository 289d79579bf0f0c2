extension JSON {
    /// A name that stands twice in one object, at any depth: nobody can tell which of the two is meant.
    package var repeatedMember: String? {
        switch self {
        case .object(let members):
            var names: Set<String> = []
            for member in members {
                guard names.insert(member.name).inserted else { return member.name }
                if let name = member.value.repeatedMember { return name }
            }
            return nil
        case .array(let elements): return elements.lazy.compactMap(\.repeatedMember).first
        default: return nil
        }
    }
}
