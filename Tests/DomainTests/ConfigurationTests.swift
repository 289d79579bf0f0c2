import Domain
import Primitives
import Testing

struct ConfigurationTests {
    private static func read(
        _ text: String,
        over base: InstanceConfiguration = .init()
    ) throws -> InstanceConfiguration {
        try InstanceConfiguration(merging: JSON(parsing: text).members ?? [], over: base)
    }

    @Test("The settings of the seed are taken as they are spelled there")
    func seed() throws {
        let settings = try Self.read(
            #"""
            {"event.notification.enabled":"true","event.vendor.type":"webhook","event.poller.refresh_interval":"15",
             "event.notification.callback.url":" https://a.example/b ","event.objects":"Account, Contact,account",
             "filter.response.nulls":false,"base.url":"acme.my.salesforce.com/","something.else":7}
            """#
        )
        #expect(settings.eventsEnabled && settings.eventType == .webhooks && settings.refreshInterval == 15)
        #expect(settings.callbackURL == "https://a.example/b")
        #expect(settings.watchedObjects == ["Account", "Contact"])
        #expect(!settings.filterNulls)
        #expect(settings.baseURL == "https://acme.my.salesforce.com")
        #expect(settings.others == ["something.else": "7"])
        #expect(try Self.read(#"{"event.objects":""}"#).watchedObjects == InstanceConfiguration.defaultObjects)
    }

    @Test(
        "A wrong setting is named with its field",
        arguments: [
            (#"{"event.poller.refresh_interval":0}"#, ConfigurationKey.refreshInterval),
            (#"{"event.poller.refresh_interval":"soon"}"#, .refreshInterval),
            (#"{"event.poller.refresh_interval":1441}"#, .refreshInterval),
            (#"{"event.notification.enabled":"perhaps"}"#, .eventsEnabled),
            (#"{"event.vendor.type":"pull"}"#, .eventType),
            (#"{"event.objects":"Acc ount"}"#, .objects), (#"{"event.objects":[{"name":"Account"}]}"#, .objects),
            (#"{"event.objects":[null]}"#, .objects), (#"{"event.objects":["Lead",["Case"]]}"#, .objects),
            (#"{"event.objects":["Lead",true]}"#, .objects), (#"{"event.objects":false}"#, .objects),
            (#"{"event.objects":{"0":"Lead"}}"#, .objects),
            (#"{"event.notification.callback.url":"ftp://x"}"#, .callbackURL),
            (#"{"event.notification.callback.url":{}}"#, .callbackURL), (#"{"base.url":"https://"}"#, .baseURL),
            (#"{"oauth.callback.url":"not a url"}"#, .oauthCallbackURL),
            (#"{"oauth.callback.url":"app.example/callback"}"#, .oauthCallbackURL),
            (#"{"oauth.callback.url":"https://"}"#, .oauthCallbackURL),
            (#"{"base.url":"https://acme.my.salesforce.com/services"}"#, .baseURL),
            (#"{"base.url":"https://acme.my.salesforce.com?x=1"}"#, .baseURL),
            (#"{"base.url":"acme.example/#a"}"#, .baseURL),
            (#"{"event.notification.signature.key":"whsec_###"}"#, .signatureKey),
            (#"{"event.notification.batch.size":11}"#, .batchSize), (#"{"event.poller.first.run":"later"}"#, .firstRun),
        ]
    )
    func wrong(text: String, key: ConfigurationKey) {
        let error = #expect(throws: ConfigurationRejected.self) { try Self.read(text) }
        #expect(error?.issues.map(\.key) == [key])
        #expect(error?.issues.first?.message.hasPrefix(key.label) == true)
        #expect(error?.issues.first?.messageWithKey.hasPrefix("\(key.label) (\(key.rawValue))") == true)
    }

    @Test(
        "An OAuth callback is taken as it is: of the web, of this machine, of an app",
        arguments: [
            "", "https://app.example/Callback?a=b", "http://localhost:8181/oauth/callback", "com.acme.app://done",
        ]
    )
    func redirect(url: String) throws {
        #expect(try Self.read(#"{"oauth.callback.url":"\#(url)"}"#).oauthCallbackURL == url)
    }

    @Test("Keys are merged, null resets, the mask keeps the secret")
    func merging() throws {
        let base = try Self.read(#"{"oauth.api.secret":"s","event.poller.refresh_interval":9,"x":"1"}"#)
        let merged = try Self.read(
            #"{"oauth.api.secret":"********","event.poller.refresh_interval":null,"x":null}"#,
            over: base
        )
        #expect(merged.apiSecret == "s" && merged.refreshInterval == 5 && merged.others.isEmpty)
    }

    @Test(
        "The mask of every secret can be set, whatever the secret itself has to look like",
        arguments: ConfigurationKey.allCases.filter(\.isSecret)
    )
    func masks(key: ConfigurationKey) throws {
        var settings = InstanceConfiguration()
        let issue = settings.set(key, to: .string(secretMask))
        #expect(issue == nil)
        let path = try #require(key.setting.secret)
        #expect(settings[keyPath: path].isMask)
        #expect(!settings.issues.contains { $0.key == key })
    }

    @Test("Settings read back as they are written, and masked ones show no secret")
    func roundTrip() throws {
        var settings = InstanceConfiguration()
        settings.apiSecret = "hush"
        settings.signatureKey = "hush"
        settings.others = ["vendor.token": "hush", "color": "green"]
        settings.objects = ["Account", "Invoice__c"]
        settings.firstRun = .since(Timestamp(seconds: 1_700_000_000))
        let members = settings.settings.map { JSON.Member($0.key, .string($0.value)) }
        #expect(try InstanceConfiguration(merging: members) == settings)
        #expect(!settings.maskedSettings.contains { $0.value.contains("hush") })
        #expect(settings.maskedSettings.contains { $0 == ("color", "green") })
    }

    @Test(
        "Addresses",
        arguments: [
            ("https://a.example/x?y#z", true), ("http://127.0.0.1:8180/a", true), ("http://[::1]:80/", true),
            ("https://münchen.example", true), ("http://localhost", true), ("https://", false), ("a.example", false),
            ("https://a b", false), ("https://u:p@a.example", false), ("http://a:0/", false), ("http://a:99999", false),
            ("http://a:", false), ("http://[::1", false), ("https://a..b", false), ("https://a\u{7}b", false),
        ]
    )
    func addresses(text: String, isFine: Bool) {
        #expect((HTTPAddress.fault(in: text) == nil) == isFine)
    }

    @Test(
        "What of a callback's address is never sent, or can't be read, is refused",
        arguments: [
            ("https://a.example/x#f", "behind #"), ("https://a.example#", "behind #"),
            ("https://a.example/%zz", "%25"), ("https://a.example/a%4", "%25"), ("https://a.example?b=100%", "%25"),
            ("https://a.example/%C3%a4?b=%25", nil), ("http://[fe80::1%eth0]/a", nil),
        ] as [(String, String?)]
    )
    func callbackAddresses(text: String, part: String?) {
        let fault = HTTPAddress.callbackFault(in: text)
        #expect((fault == nil) == (part == nil), "\(fault ?? "")")
        if let part { #expect(fault?.contains(part) == true, "\(fault ?? "")") }
    }
}
