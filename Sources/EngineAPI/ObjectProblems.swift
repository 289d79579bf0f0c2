import Domain

/// What is wrong with single objects, in sentences that name them.
package enum ObjectProblems {
    /// The objects that have one kind of problem.
    private struct Group {
        var names: [String]
        /// The sentence of the first of them.
        let sentence: String
        /// Its sentence says which object it is about.
        let namesObject: Bool
    }

    /// So many objects of a group are named where there is room for a few sentences only.
    package static let mostNames = 3

    /// One sentence for each kind of problem, with the objects that have it, in the order of their names. Problems that
    /// differ in the name of their object alone are of one kind.
    package static func sentences(_ problems: [String: String], naming most: Int = mostNames) -> [String] {
        var groups: [String: Group] = [:]
        for (object, problem) in problems.sorted(by: { $0.key < $1.key }) {
            let (kind, namesObject) = Self.kind(of: problem, object)
            if groups[kind] == nil {
                groups[kind] = Group(names: [object], sentence: problem, namesObject: namesObject)
            } else {
                groups[kind]?.names.append(object)
            }
        }
        return groups.values.map { sentence(of: $0, naming: most) }.sorted()
    }

    private static func sentence(of group: Group, naming most: Int) -> String {
        guard group.namesObject else { return "\(list(group.names, naming: most)): \(group.sentence)" }
        let others = Array(group.names.dropFirst())
        if others.isEmpty { return group.sentence }
        return "\(group.sentence) The same holds of \(list(others, naming: most))."
    }

    private static func list(_ names: [String], naming most: Int) -> String {
        let named = names.prefix(max(1, most))
        let more = names.count - named.count
        return named.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// The sentence without the object's name, and whether it has it.
    private static func kind(of problem: String, _ object: String) -> (kind: String, namesObject: Bool) {
        var kind = ""
        var word = ""
        var namesObject = false
        func endWord() {
            let isName = word == object
            namesObject = namesObject || isName
            kind += isName ? "\0" : word
            word = ""
        }
        for character in problem {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
            } else {
                endWord()
                kind.append(character)
            }
        }
        endWord()
        return (kind, namesObject)
    }
}

extension InstanceOverview {
    /// What is wrong with its objects, by object, but for what the state of its source says of them all.
    package var objectProblems: [String: String] {
        var problems: [String: String] = [:]
        for poller in pollers where poller.problem != source.reason { problems[poller.object] = poller.problem }
        return problems
    }
}
