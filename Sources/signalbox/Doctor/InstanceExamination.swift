import Domain
import EngineAPI
import Primitives

/// One instance: its token, what its user may see, its polls, its API calls.
struct InstanceExamination: Sendable {
    /// Percent of the day's API calls from which on it is said.
    private static let manyCalls = 80

    let engine: any EngineClient
    let instance: InstanceOverview

    private var subject: String { "instance \(instance.id)" }

    var findings: [Finding] {
        get async {
            guard instance.isConnected else {
                return [
                    .failed(
                        subject,
                        "“\(instance.name)” is not connected; run `signalbox instances connect \(instance.id)`."
                    )
                ]
            }
            return await org + source + calls
        }
    }

    private var org: [Finding] {
        get async {
            do {
                // A list that is kept would say nothing of the token.
                let objects = try await engine.describeObjects(instance.id, anew: true)
                let known = Set(objects.map { $0.name.lowercased() })
                let hidden = instance.configuration.watchedObjects.filter { !known.contains($0.lowercased()) }
                return [
                    .sound(
                        subject,
                        "“\(instance.name)”: its token is good, \(known.count.grouped) objects can be watched"
                    )
                ]
                    + hidden.map { object in
                        .failed(
                            subject,
                            "The org shows no \(object) to this user: check its spelling, or give the user read access to it."
                        )
                    }
            } catch {
                return [Self.finding(error, subject, "“\(instance.name)”: ")]
            }
        }
    }

    /// Of a question that was not answered. A token that may not ask it says nothing of the org or the callback.
    static func finding(_ error: any Error, _ subject: String, _ name: String = "") -> Finding {
        let sentence = name + Examination.sentence(error)
        guard (error as? ClientError)?.kind == .forbidden else { return .failed(subject, sentence) }
        return .warning(subject, "\(sentence) It was not looked at.")
    }

    private var source: [Finding] {
        var findings: [Finding] = []
        switch instance.source {
        case .needsAttention(let reason, _, _): findings.append(.failed(subject, reason))
        case .degraded(let reason, _, _), .overdue(let reason, _, _): findings.append(.warning(subject, reason))
        case .stopped where instance.configuration.eventsEnabled:
            // An engine at rest watches nothing, and says no more of it.
            break
        case .stopped: findings.append(.warning(subject, "Events are switched off; nothing is watched."))
        case .connecting, .live: break
        }
        findings += ObjectProblems.sentences(instance.objectProblems, naming: .max).map { Finding.warning(subject, $0) }
        // Notes name their objects.
        findings += instance.pollers.compactMap(\.note).map { Finding.sound(subject, $0) }
        return findings
    }

    private var calls: [Finding] {
        guard let usage = instance.apiUsage, usage.allowed > 0 else { return [] }
        let percent = Int(saturating: Double(usage.used) * 100 / Double(usage.allowed))
        let text = "\(usage.used.grouped) of \(usage.allowed.grouped) API calls of the day are used"
        guard percent >= Self.manyCalls else { return [.sound(subject, text)] }
        return [.warning(subject, "\(text); poll less often, or watch fewer objects.")]
    }
}
