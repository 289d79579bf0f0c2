import Glibc

/// How the process's file descriptors are shared out, so that connections from outside never use up those that orgs,
/// callbacks and the database need.
package struct DescriptorBudget: Sendable, Hashable {
    /// Connections of the listeners at most.
    package let receiver: Int
    package let management: Int

    /// Wanted where descriptors are no concern.
    private static let most = (receiver: 1024, management: 256)

    /// - Parameter limit: The process's limit of open descriptors.
    package init(limit: Int) {
        // Database with its readers, log, terminal, event loops, orgs, and the 64 posts to callbacks under way.
        let reserve = min(512, max(96, limit / 4))
        let share = max(8, limit - reserve)
        management = min(Self.most.management, max(4, share / 4))
        receiver = min(Self.most.receiver, max(4, share - management))
    }

    /// Raises the soft limit to the hard one; the limit that holds then.
    package static func raised() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            let soft = limit.rlim_cur
            limit.rlim_cur = limit.rlim_max
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit.rlim_cur = soft }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
