import Domain
import Drawing
import EngineAPI

extension DashboardContext {
    /// `held until 18:12, u resumes`: what bulk replays wait for; nil where the callback of the instance is not held. The key is
    /// about the instance that is shown.
    func callbackHold(_ id: InstanceID) -> String? {
        guard case .held(_, let until)? = instances[id]?.callback else { return nil }
        let end = until.map { " until \(shortClock($0).string)" } ?? ""
        let mayResume = instances.loss == nil && id == instances.current
        return mayResume ? "held\(end), \(key(.resumeCallback)) resumes" : "held\(end)"
    }

    /// `waits for the callback (held until 18:12, u resumes)`; nil where it doesn't.
    func callbackWait(of job: ReplayJob) -> String? {
        guard job.waitsForCallback else { return nil }
        return "waits for the callback" + (callbackHold(job.instanceID).map { " (\($0))" } ?? "")
    }
}
