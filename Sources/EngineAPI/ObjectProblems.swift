import Domain

/// What is wrong with single objects, in sentences that name them.
package enum ObjectProblems {
    /// One sentence for each problem, with all objects that have it, in the order of their names.
    package static func sentences(_ problems: [String: String]) -> [String] {
        var names: [String: [String]] = [:]
        for (object, problem) in problems { names[problem, default: []].append(object) }
        return names.map { "\($0.value.sorted().joined(separator: ", ")): \($0.key)" }.sorted()
    }
}

extension InstanceOverview {
    /// What is wrong with its objects, by object.
    package var objectProblems: [String: String] {
        var problems: [String: String] = [:]
        for poller in pollers { problems[poller.object] = poller.problem }
        return problems
    }
}
