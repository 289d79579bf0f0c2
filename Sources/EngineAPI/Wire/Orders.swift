package import Domain

/// What the calls of `EngineClient` take beside what their path names, where it is no value of its own.
package enum EngineOrder {
    package struct Switch: WireObject, Hashable {
        package let isEnabled: Bool

        package static var wireName: String { "Switch" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<Switch>] { [.init("isEnabled", \.isEnabled)] }

        package init(isEnabled: Bool) { self.isEnabled = isEnabled }
        package init(reading members: WireReader) throws(WireFault) { isEnabled = try members("isEnabled") }
    }

    package struct Authorization: WireObject, Hashable {
        package let configuration: InstanceConfiguration
        package let instance: InstanceID?

        package static var wireName: String { "AuthorizationOrder" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<Authorization>] {
            [.init("configuration", \.configuration), .init("instance", \.instance)]
        }

        package init(configuration: InstanceConfiguration, instance: InstanceID?) {
            self.configuration = configuration
            self.instance = instance
        }

        package init(reading members: WireReader) throws(WireFault) {
            configuration = try members("configuration")
            instance = try members("instance")
        }
    }

    package struct Reply: WireObject, Hashable {
        /// Holds the code, which is a secret.
        package let reply: Secret

        package static var wireName: String { "AuthorizationReply" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<Reply>] { [.exposed("reply", \.reply)] }

        package init(_ reply: String) { self.reply = Secret(reply) }
        package init(reading members: WireReader) throws(WireFault) { reply = try members.secret("reply") }
    }

    package struct BulkReplay: WireObject, Hashable {
        package let filter: EventFilter
        package let rate: Int

        package static var wireName: String { "BulkReplay" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<BulkReplay>] { [.init("events", \.filter), .init("rate", \.rate)] }

        package init(filter: EventFilter, rate: Int) {
            self.filter = filter
            self.rate = rate
        }

        package init(reading members: WireReader) throws(WireFault) {
            filter = try members("events")
            rate = try members("rate")
        }
    }

    /// What is nil stays as it is.
    package struct ReplayChange: WireObject, Hashable {
        package let isPaused: Bool?
        package let rate: Int?

        package static var wireName: String { "BulkReplayChange" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<ReplayChange>] {
            [.init("isPaused", \.isPaused), .init("rate", \.rate)]
        }

        package init(isPaused: Bool?, rate: Int?) {
            self.isPaused = isPaused
            self.rate = rate
        }

        package init(reading members: WireReader) throws(WireFault) {
            isPaused = try members("isPaused")
            rate = try members("rate")
        }
    }

    package struct CallbackTest: WireObject, Hashable {
        package let url: String
        package let signatureKey: Secret
        package let instance: InstanceID?

        package static var wireName: String { "CallbackTest" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<CallbackTest>] {
            [.init("url", \.url), .exposed("signatureKey", \.signatureKey), .init("instance", \.instance)]
        }

        package init(url: String, signatureKey: Secret, instance: InstanceID?) {
            self.url = url
            self.signatureKey = signatureKey
            self.instance = instance
        }

        package init(reading members: WireReader) throws(WireFault) {
            url = try members("url")
            signatureKey = try members.secret("signatureKey")
            instance = try members("instance")
        }
    }

    package struct NewKey: WireObject, Hashable {
        /// Nil: a fresh key file.
        package let key: Secret?

        package static var wireName: String { "NewKey" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<NewKey>] { [.exposed("key", \.key)] }

        package init(key: Secret?) { self.key = key }
        package init(reading members: WireReader) throws(WireFault) {
            let text: String? = try members("key")
            key = text.map { Secret($0) }
        }
    }

    package struct Hold: WireObject, Hashable {
        package let reason: String?

        package static var wireName: String { "Hold" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<Hold>] { [.init("reason", \.reason)] }

        package init(reason: String?) { self.reason = reason }
        package init(reading members: WireReader) throws(WireFault) { reason = try members("reason") }
    }

    package struct Backlogs: WireObject, Hashable {
        package let change: BacklogChange
        package let object: String?

        package static var wireName: String { "BacklogOrder" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<Backlogs>] { [.init("change", \.change), .init("object", \.object)] }

        package init(change: BacklogChange, object: String?) {
            self.change = change
            self.object = object
        }

        package init(reading members: WireReader) throws(WireFault) {
            change = try members("change")
            object = try members("object")
        }
    }

    package struct ApexPermission: WireObject, Hashable {
        package let allowsProduction: Bool

        package static var wireName: String { "ApexPermission" }
        package static var isClosed: Bool { true }
        package static var members: [WireMember<ApexPermission>] { [.init("allowsProduction", \.allowsProduction)] }

        package init(allowsProduction: Bool) { self.allowsProduction = allowsProduction }
        package init(reading members: WireReader) throws(WireFault) {
            allowsProduction = try members("allowsProduction")
        }
    }
}
