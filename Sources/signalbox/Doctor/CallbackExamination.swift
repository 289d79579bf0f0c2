import Callbacks
import Domain
import Engine
import EngineAPI
import NIOCore
import Primitives

/// One instance's callback: whether it can be reached, and how it answers where that was asked for.
struct CallbackExamination: Sendable {
    let engine: any EngineClient
    let instance: InstanceOverview
    let settings: Settings
    /// Of whoever posts to it.
    let rule: AddressRule
    let clients: Clients
    let posts: Bool

    private var subject: String { "callback of instance \(instance.id)" }

    var findings: [Finding] {
        get async {
            let url = instance.configuration.callbackURL
            guard !url.isEmpty else { return [.warning(subject, "None is set; events are recorded and shown only.")] }
            return (posts ? await posted(url) : [await reached(url)]) + held
        }
    }

    private var held: [Finding] {
        guard case .held(let reason, _) = instance.callback else { return [] }
        return [.warning(subject, Self.held(reason, instance.id))]
    }

    /// A reason is a sentence, or a clause like “answered 401”.
    static func held(_ reason: String, _ instance: InstanceID) -> String {
        let end = reason.last.map { ".!?…".contains($0) } == true ? "" : "."
        return "It is held: \(reason)\(end) Release it with `signalbox instances resume \(instance)`."
    }

    private func posted(_ url: String) async -> [Finding] {
        do {
            let attempt = try await engine.testCallback(
                url: url,
                signatureKey: instance.configuration.signatureKey,
                instance: instance.id
            )
            switch attempt.outcome {
            case .response(let status) where attempt.outcome.isSuccess:
                return [.sound(subject, "answered \(status) in \(attempt.milliseconds) ms")]
            case .response(let status):
                return [.failed(subject, "It answered \(status) to a signed test notification.")]
            case .failure(let reason): return [.failed(subject, reason)]
            }
        } catch {
            return [InstanceExamination.finding(error, subject)]
        }
    }

    /// From this machine: elsewhere it may be another matter.
    private func reached(_ url: String) async -> Finding {
        guard settings.attach == nil else { return .sound(subject, "not tried from here; --post asks the node to") }
        return await Self.reached(url, as: subject, by: clients, rule)
    }

    /// The way that the node takes, with what it trusts and shows.
    static func reached(_ url: String, as subject: String, by clients: Clients, _ rule: AddressRule) async -> Finding {
        let client = clients.callbackClient(rule)
        defer { client.close() }
        let limit = Limit.callbackConnect.milliseconds
        var post = CallbackPost(url: url, body: [], connectTimeout: .milliseconds(limit))
        post.connectsOnly = true
        do throws(CallbackFault) {
            let answer = try await client.post(post, deadline: .now() + .milliseconds(limit))
            let times = [
                answer.phases.resolve.map { "name \($0)" }, answer.phases.connect.map { "connection \($0)" },
                answer.phases.tls.map { "TLS \($0)" },
            ].compactMap { $0 }
            let text = "\(reachable(url, by: clients.proxies)) (\(times.joined(separator: ", ")) ms)"
            return .sound(subject, text)
        } catch {
            return .failed(subject, await CallbackFailure.sentence(of: error, url: url, connect: limit))
        }
    }

    private static func reachable(_ url: String, by proxies: ProxyRule) -> String {
        guard let proxy = proxies.proxy(for: url) else { return "can be reached" }
        // Only a tunnel leads to the host before something is asked of it.
        let hasTunnel = url.lowercased().hasPrefix("https:")
        return hasTunnel
            ? "can be reached by the proxy \(proxy)"
            : "the proxy \(proxy) can be reached; --post asks the callback itself"
    }
}
