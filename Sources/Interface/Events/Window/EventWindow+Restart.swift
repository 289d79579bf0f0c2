import Primitives

extension EventWindow {
    /// What was asked for doesn't come; what is shown is asked for anew.
    mutating func abandon(_ load: Load) {
        wanted = nil
        stayHere()
        if isFollowing { isTailStale = true } else { isRefreshWanted = true }
        if load.purpose == .news { news.retry() }
    }

    /// Waits neither for a pause nor for what was asked of a node that was lost meanwhile.
    mutating func restart() {
        notBefore = .distantPast
        guard let load else { return }
        self.load = nil
        abandon(load)
    }
}
