import Domain
import Primitives
import Testing

struct UnknownSettingTests {
    @Test(arguments: [
        ("event.object", "event.objects"), ("Event.Objects", "event.objects"), (" event.objects ", "event.objects"),
        ("event.poller.refresh.interval", "event.poller.refresh_interval"), ("oauth.scopes", "oauth.scope"),
        ("event.notification.calback.url", "event.notification.callback.url"), ("base.ulr", "base.url"),
    ])
    func `a misspelt setting is refused with the one that was meant`(key: String, meant: String) {
        let fault = UnknownSetting.fault(key, "x")
        #expect(fault?.hasSuffix("did you mean \(meant)?") == true, "\(fault ?? "")")
    }

    @Test(arguments: ["", " ", "\t", "vendor.\u{7}color", "vendor.color ", "vendor\u{200B}.color", "vendor\ncolor"])
    func `a key that is empty or hides something is refused`(key: String) {
        let fault = UnknownSetting.fault(key, "x")
        #expect(fault?.contains("key") == true)
        #expect(fault?.unicodeScalars.contains { $0.value < 0x20 } == false)
    }

    @Test(arguments: [
        "event.notification.callback.headers", "event.notification.basic.username", "event.notification.basic.password",
    ])
    func `the original's credentials for callbacks are led to where they count`(key: String) {
        #expect(UnknownSetting.fault(key, "x")?.contains("set event.notification.headers to") == true)
        #expect(UnknownSetting.fault(key, "") == nil)
    }

    /// Keys of the original's documents and exports.
    @Test(arguments: [
        "event.notification.type", "event.poller.configuration", "event.poller.urls", "event.helper.key",
        "event.metadata", "event.notification.instance.finder", "event.notification.subscription.id",
        "event.raw.enabled", "oauth.user.refresh_time", "oauth.user.refresh_interval", "oauth.basic.header",
        "oauth.token.url", "oauth.authorization.url", "pagination.max", "bulk.query.field_name", "site.address",
        "something.else", "x",
    ])
    func `settings of the original are kept`(key: String) {
        #expect(UnknownSetting.fault(key, "x") == nil)
        #expect(UnknownSetting.fault(key, ["Account": ["idField": "Id"]]) == nil)
    }

    @Test func `neither a key nor a value is of any length`() {
        #expect(UnknownSetting.fault(String(repeating: "k", count: 256), "x")?.contains("255 bytes") == true)
        let long = JSON.string(String(repeating: "v", count: (64 << 10) + 1))
        #expect(UnknownSetting.fault("vendor.color", long)?.contains("65536 bytes") == true)
    }
}
