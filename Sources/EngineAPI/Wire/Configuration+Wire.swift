package import Domain
package import Primitives

/// The settings by their keys, as the API spells them. The table of settings writes and reads them, so that a new one is on
/// its way as soon as it has a row there.
extension InstanceConfiguration: WireValue {
    package static var shape: WireShape { .table(.text) }

    /// What differs from a new instance's; secrets as they stand: masks where it is an overview's.
    package var wire: JSON {
        let known: [JSON.Member] = ConfigurationKey.allCases.compactMap { key in
            let text = key.setting.read(self)
            return text == key.setting.standard ? nil : JSON.Member(key.rawValue, .string(text))
        }
        return .object(known + others.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// Every fault is found, also those of settings that can be read: none of them is applied.
    package init(wire: JSON) throws(WireFault) {
        var result = InstanceConfiguration()
        var issues: [ConfigurationIssue] = []
        for (name, text) in try [String: String](wire: wire) {
            guard let key = ConfigurationKey(rawValue: name) else {
                result.others[name] = text
                continue
            }
            if let path = key.setting.secret {
                // As it is: a mask stands for the secret that the node has.
                result[keyPath: path] = Secret(text)
            } else if let issue = result.set(key, to: .string(text)) {
                issues.append(issue)
            }
        }
        guard issues.isEmpty else {
            issues += result.issues.filter { issue in !issues.contains { $0.key == issue.key } }
            throw .rejected(ConfigurationRejected(issues))
        }
        self = result
    }
}

extension InstanceDraft: WireObject {
    package static var wireName: String { "InstanceDraft" }
    package static var isClosed: Bool { true }
    package static var members: [WireMember<InstanceDraft>] {
        [
            .init("name", \.name), .init("tags", \.tags), .init("configuration", \.configuration),
            .exposed("authorizationCode", \.authorizationCode), .exposed("codeVerifier", \.codeVerifier),
            .init("authorizationState", \.authorizationState), .init("connectsAnew", \.connectsAnew),
            .init("allowsOtherOrganization", \.allowsOtherOrganization), .init("basis", \.basis),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            name: try members("name"),
            tags: try members("tags"),
            configuration: try members("configuration"),
            authorizationCode: try members.optionalSecret("authorizationCode"),
            codeVerifier: try members.optionalSecret("codeVerifier"),
            authorizationState: try members("authorizationState"),
            connectsAnew: try members("connectsAnew"),
            allowsOtherOrganization: try members("allowsOtherOrganization"),
            basis: try members("basis")
        )
    }
}

extension BrowserAuthorization: WireObject {
    package static var wireName: String { "BrowserAuthorization" }
    package static var members: [WireMember<BrowserAuthorization>] {
        [
            .init("state", \.state), .init("url", \.url), .init("redirectUrl", \.redirectURL),
            .init("expires", \.expires),
        ]
    }

    package init(reading members: WireReader) throws(WireFault) {
        self.init(
            state: try members("state"),
            url: try members("url"),
            redirectURL: try members("redirectUrl"),
            expires: try members("expires")
        )
    }
}

extension AuthorizationProgress: WireObject {
    private enum Kind: String, WireWord {
        case waiting
        case granted
        case refused
    }

    package static var wireName: String { "AuthorizationProgress" }
    package static var members: [WireMember<AuthorizationProgress>] {
        [.init("status", \.kind), .init("reason", \.reason)]
    }

    package init(reading members: WireReader) throws(WireFault) {
        switch try members("status", as: Kind.self) {
        case .waiting: self = .waiting
        case .granted: self = .granted
        case .refused: self = .refused(reason: try members("reason"))
        }
    }

    private var kind: Kind {
        switch self {
        case .waiting: .waiting
        case .granted: .granted
        case .refused: .refused
        }
    }

    private var reason: String? { if case .refused(let reason) = self { reason } else { nil } }
}
