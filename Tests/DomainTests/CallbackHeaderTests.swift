import Domain
import Primitives
import Testing

/// Headers of one's own: what is taken, and a clause for all else.
struct CallbackHeaderTests {
    @Test func `a JSON object is taken, as a text or as it is, and kept in one spelling`() throws {
        let wanted = #"{"Authorization":"Basic YWRhOmh1c2g=","X-Key":"k"}"#
        for given in [
            .string(#" { "Authorization" : "Basic YWRhOmh1c2g=", "X-Key":"k" } "#),
            ["Authorization": "Basic YWRhOmh1c2g=", "X-Key": "k"],
        ] as [JSON] {
            let members = [JSON.Member(ConfigurationKey.callbackHeaders.rawValue, given)]
            let settings = try InstanceConfiguration(merging: members)
            #expect(settings.callbackHeaders.exposed == wanted)
            #expect(
                settings.maskedSettings.contains { $0.key == "event.notification.headers" && $0.value == secretMask }
            )
            #expect(settings.masked.callbackHeaders.isMask)
        }
        for empty in [.null, "", " ", "{}"] as [JSON] {
            let settings = try InstanceConfiguration(
                merging: [JSON.Member(ConfigurationKey.callbackHeaders.rawValue, empty)]
            )
            #expect(settings.callbackHeaders.isEmpty)
        }
    }

    @Test(arguments: [
        (#"["a"]"#, "JSON object"), (#"{"a": "#, "JSON object"), ("Authorization: x", "JSON object"),
        ("not json", "does not begin with {"), (#"{"A": nope}"#, "do without quotation marks"),
        (#"{"Host":"a"}"#, "belongs to HTTP"), (#"{"content-LENGTH":"1"}"#, "belongs to HTTP"),
        (#"{"Transfer-Encoding":"chunked"}"#, "belongs to HTTP"), (#"{"Connection":"close"}"#, "belongs to HTTP"),
        (#"{"Proxy-Authorization":"x"}"#, "belongs to HTTP"), (#"{"Expect":"100-continue"}"#, "belongs to HTTP"),
        (#"{"Elements-Webhook-Signature":"x"}"#, "sends itself"), (#"{"Webhook-Id":"x"}"#, "sends itself"),
        (#"{"Signalbox-Attempt":"9"}"#, "sends itself"), (#"{"Content-Type":"x"}"#, "sends itself"),
        (#"{"User-Agent":"x"}"#, "sends itself"), (#"{"A":"1","a":"2"}"#, "twice"), (#"{"A":1}"#, "no text"),
        (#"{"A":null}"#, "no text"), (#"{"":"x"}"#, "no header can have"), (#"{"A B":"x"}"#, "no header can have"),
        (#"{"A:":"x"}"#, "no header can have"), (#"{"Ä":"x"}"#, "no header can have"),
        (#"{"A":"x\r\nB: y"}"#, "no header can have"), (#"{"A":"\u0000"}"#, "no header can have"),
        (#"{"A":"ä"}"#, "no header can have"), (#"{"A":" x"}"#, "no header can have"),
    ])
    func `what no callback may be sent is refused by name, without its value`(_ text: String, _ words: String) throws {
        #expect {
            try InstanceConfiguration(
                merging: [JSON.Member(ConfigurationKey.callbackHeaders.rawValue, .string(text))]
            )
        } throws: { error in
            let issues = (error as? ConfigurationRejected)?.issues ?? []
            return issues.count == 1 && issues[0].key == .callbackHeaders && issues[0].message.contains(words)
        }
    }

    @Test func `their number and length have bounds`() throws {
        let many = (0...CallbackHeaders.most).map { "\"X-\($0)\":\"v\"" }.joined(separator: ",")
        let long = #"{"A":"\#(String(repeating: "x", count: 5000))"}"#
        let longer = #"{"A":"\#(String(repeating: "x", count: 70_000))"}"#
        for text in ["{\(many)}", long, longer] {
            #expect(throws: CallbackHeaders.Fault.self) { try CallbackHeaders(parsing: text) }
        }
        let most = (1...CallbackHeaders.most).map { "\"X-\($0)\":\"v\"" }.joined(separator: ",")
        #expect(try CallbackHeaders(parsing: "{\(most)}").fields.count == CallbackHeaders.most)
    }

    @Test func `a user name in the callback's address is refused, and the sentence names the setting`() {
        var settings = InstanceConfiguration()
        settings.callbackURL = "https://ada:hush@app.example/events"
        let issue = settings.issues.first
        #expect(issue?.key == .callbackURL)
        #expect(issue?.message.contains("Callback headers (event.notification.headers)") == true)
        #expect(issue?.message.contains("hush") == false)
    }

    @Test(arguments: [
        ("https://a.example/x", "https://A.example:443/y", true), ("http://a/x", "http://a:80", true),
        ("https://a/x", "http://a/x", false), ("https://a:8443/x", "https://a/x", false),
        ("https://a/x", "https://b/x", false), ("https://[::1]/x", "https://[::1]:443/", true),
        ("https://[::1]:1/x", "https://[::1]/", false),
    ])
    func `one origin is one scheme, host and port`(_ one: String, _ other: String, _ isSame: Bool) {
        #expect((HTTPAddress.origin(of: one) == HTTPAddress.origin(of: other)) == isSame)
    }
}
