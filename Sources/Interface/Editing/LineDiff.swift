/// What changed between two texts, line by line.
enum LineDiff {
    enum Line: Sendable, Hashable {
        case same(String)
        case removed(String)
        case added(String)
    }

    /// Where more lines than this differ, they are told as replaced, all of them: nobody reads how they correspond.
    static let most = 2000

    static func lines(from old: [String], to new: [String]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let rest = min(old.count, new.count) - head
        let tail = zip(old.suffix(rest).reversed(), new.suffix(rest).reversed()).prefix { $0 == $1 }.count
        let (before, after) = (Array(old[head..<(old.count - tail)]), Array(new[head..<(new.count - tail)]))
        return old.prefix(head).map { .same($0) } + middle(before, after) + old.suffix(tail).map { .same($0) }
    }

    private static func middle(_ old: [String], _ new: [String]) -> [Line] {
        guard old.count + new.count <= most else { return old.map { .removed($0) } + new.map { .added($0) } }
        let difference = new.difference(from: old)
        var removals: Set<Int> = []
        var insertions: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removals.insert(offset)
            case .insert(let offset, _, _): insertions.insert(offset)
            }
        }
        var lines: [Line] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if removals.contains(from) {
                lines.append(.removed(old[from]))
                from += 1
            } else if insertions.contains(to) {
                lines.append(.added(new[to]))
                to += 1
            } else {
                lines.append(.same(new[to]))
                (from, to) = (from + 1, to + 1)
            }
        }
        return lines
    }

    /// Lines before and behind a change that are shown with it.
    private static let around = 2

    /// Only what changed and the lines around it; nil stands for what is left out.
    static func shortened(_ lines: [Line]) -> [Line?] {
        var kept = Array(repeating: false, count: lines.count)
        for (index, line) in lines.enumerated() {
            if case .same = line { continue }
            for near in max(0, index - around)...min(lines.count - 1, index + around) { kept[near] = true }
        }
        var short: [Line?] = []
        for (index, line) in lines.enumerated() {
            if kept[index] {
                short.append(line)
            } else if short.isEmpty || short.last != .some(nil) {
                short.append(nil)
            }
        }
        return short
    }
}
