import Callbacks
import Domain
import Engine
import EngineAPI
import Logging
import Primitives
import Terminal
import Testing

@testable import signalbox

struct SettingsTests {
    private let home = ["HOME": "/home/ada"]

    private func resolve(
        options: [SettingKey: String] = [:],
        environment: [String: String] = [:],
        yaml: String = ""
    ) throws(UsageError) -> Settings {
        let file = try ConfigurationFile(path: "/etc/config.yaml", yaml: yaml)
        return try Settings.resolve(
            options: options,
            environment: home.merging(environment) { $1 },
            file: file
        )
    }

    @Test func `an option beats a variable, a variable the file, the file the default`() throws {
        let yaml = "theme: file\nlog-level: debug\ncolor: never\n"
        let environment = ["SIGNALBOX_THEME": "variable", "SIGNALBOX_LOG_LEVEL": "error"]
        let settings = try resolve(options: [.theme: "option"], environment: environment, yaml: yaml)
        #expect(settings.theme == "option")
        #expect(settings.logLevel == .error)
        #expect(settings.color == .never)
        #expect(settings.callbackTimeout == .seconds(15))
    }

    @Test func `a file that can't be used, or lacks its other half, is named as it was given`() throws {
        let path = "/nonexistent/ca.pem"
        for (settings, name) in [
            (try resolve(options: [.callbackCA: path]), "--callback-ca"),
            (try resolve(environment: ["SIGNALBOX_CALLBACK_CA": path]), "SIGNALBOX_CALLBACK_CA"),
            (try resolve(yaml: "callback-ca: \(path)"), "callback-ca in line 1 of /etc/config.yaml"),
        ] {
            let fault = #expect(throws: TLSFiles.Fault.self) { try settings.callbackTLS.configuration() }
            #expect(fault?.description.hasSuffix("check \(name).") == true, "\(fault?.description ?? "")")
        }
        let half = #expect(throws: UsageError.self) { try resolve(environment: ["SIGNALBOX_TLS_KEY": "/tls.key"]) }
        #expect(half?.message == "SIGNALBOX_TLS_KEY means nothing without --tls-certificate; give both.")
        let files = try resolve(yaml: "tls-key: /none.key\ntls-certificate: /none.pem").tls
        let fault = #expect(throws: TLSFiles.Fault.self) { try files?.contexts() }
        #expect(fault?.description.contains("tls-certificate in line 2 of") == true, "\(fault?.description ?? "")")
    }

    #if PostgreSQL
    @Test(arguments: [
        "postgres://ada:hush@db/box?bogus=1", "postgres://ada:hush@db/box?sslmode=require&bogus=1&port=5",
    ])
    func `a parameter that no database knows is named`(address: String) {
        let fault = #expect(throws: UsageError.self) { try resolve(options: [.store: address]) }
        #expect(fault?.message.contains("“bogus”") == true && fault?.message.contains("hush") == false)
    }
    #endif

    @Test func `every setting can be given in all three places`() throws {
        let values: [SettingKey: String] = [
            .dataDirectory: "/data", .receiver: "[::1]:1", .management: "h:2", .logLevel: "trace", .theme: "t",
            .color: "256", .ascii: "true", .plain: "true", .noMouse: "true", .retrySchedule: "1s,2m",
            .callbackTimeout: "3s", .pollOverlap: "4m", .reconcileEvery: "5h", .receiverURL: "https://h.example/x/",
            .allowPasswordGrant: "true", .attach: "https://node.example:8181", .tokenFile: "/token",
            .logFormat: "json", .attachCA: "/ca.pem", .callbackDeny: "10.0.0.0/8, fd00::/8", .retentionAge: "90d",
            .retentionEvents: "1000000", .retentionSize: "20GB", .freeSpace: "1.5 GB",
            .attachCertificate: "/client.pem", .attachKey: "/client.key",
            .callbackCA: "/a.pem", .callbackClientCertificate: "/b.pem", .callbackClientKey: "/b.key", .orgCA: "/c.pem",
            .orgClientCertificate: "/d.pem", .orgClientKey: "/d.key", .tlsCertificate: "/tls.pem", .tlsKey: "/tls.key",
            .managementClientCA: "/clients.pem", .store: "postgres://ada:hush@db.example:5433/box",
            .node: "node-1", .traces: "http://127.0.0.1:4318/",
        ]
        #expect(values.count == SettingKey.allCases.count)
        let fromOptions = try resolve(options: values)
        let variables = Dictionary(uniqueKeysWithValues: values.map { ($0.key.variable, $0.value) })
        #expect(try resolve(environment: variables) == fromOptions)
        let yaml = values.map { "\($0.key.rawValue): '\($0.value)'" }.joined(separator: "\n")
        #expect(try resolve(yaml: yaml) == fromOptions)
        #expect(fromOptions.dataDirectory == "/data")
        #expect(fromOptions.receiver == HostPort(host: "::1", port: 1))
        #expect(fromOptions.receiverURL == "https://h.example/x")
        #expect(fromOptions.traces == "http://127.0.0.1:4318")
        #expect(!fromOptions.hasMouse)
        #expect(fromOptions.allowsPasswordGrant)
        #expect(fromOptions.callbackRule.denied.map(\.description) == ["10.0.0.0/8", "fd00::/8"])
        #expect(fromOptions.retryPolicy.delays == [1000, 120_000])
        #expect(fromOptions.retention == RetentionPolicy(age: 90 * 86_400_000, events: 1_000_000, bytes: 20 << 30))
        #expect(fromOptions.freeSpace == 3 << 29)
    }

    @Test func `the receiver's address has scheme and host in lower case, and its path as given`() throws {
        let settings = try resolve(options: [.receiverURL: "HTTPS://Hooks.Example.com:8443/Box/"])
        #expect(settings.receiverURL == "https://hooks.example.com:8443/Box")
    }

    @Test(arguments: [
        "postgres:/ada:hush@db/box", "postgresql:ada:hush@db/box", "Postgres:/box", "dbname=box password=hush",
        "s3:hush",
    ])
    func `what only looks like the address of a database is no directory`(store: String) throws {
        let fault = #expect(throws: UsageError.self) { try resolve(options: [.store: store]) }
        #expect(fault?.message.contains("postgres://") == true && fault?.message.contains("hush") == false)
        let other = try resolve(options: [.dataDirectory: "/data", .store: "./" + store])
        #expect(other.database == nil)
    }

    @Test func `a store is a directory or a database, and a node has a name`() throws {
        let standard = try resolve()
        #expect(standard.eventsDirectory == standard.dataDirectory)
        #expect(!standard.nodeName.isEmpty)
        let elsewhere = try resolve(options: [.dataDirectory: "/data", .store: "~/events", .node: "a.b-c_1"])
        #expect(elsewhere.eventsDirectory == "/home/ada/events" && elsewhere.dataDirectory == "/data")
        #expect(elsewhere.database == nil && elsewhere.nodeName == "a.b-c_1")
        #expect { try resolve(options: [.store: "mysql://ada:hush@db/box"]) } throws: {
            "\($0)".contains("--store") && !"\($0)".contains("hush")
        }
        #expect { try resolve(options: [.node: "one two"]) } throws: {
            "\($0)".contains("--node is 1 to 64 letters, digits")
        }
    }

    @Test func `nothing is removed unless it is said, and what is said can be taken back`() throws {
        #expect(try resolve().retention.isEmpty)
        #expect(try resolve().freeSpace == 512 << 20)
        let yaml = "retention-age: 30d\nretention-events: 5\nretention-size: 64 MiB\nfree-space: 0\n"
        #expect(try resolve(yaml: yaml).freeSpace == 0)
        let none: [SettingKey: String] = [.retentionAge: "none", .retentionEvents: "off", .retentionSize: "None"]
        #expect(try resolve(options: none, yaml: yaml).retention.isEmpty)
    }

    @Test func `the data directory follows the XDG specification`() throws {
        #expect(try resolve().dataDirectory == "/home/ada/.local/state/signalbox")
        #expect(try resolve(environment: ["XDG_STATE_HOME": "/state"]).dataDirectory == "/state/signalbox")
        #expect(try resolve(environment: ["XDG_STATE_HOME": "rel"]).dataDirectory == "/home/ada/.local/state/signalbox")
        #expect(try resolve(yaml: "data-dir: ~/box").dataDirectory == "/home/ada/box")
    }

    @Test func `a list in the file is a retry schedule`() throws {
        let settings = try resolve(yaml: "retry-schedule:\n  - 5s\n  - 90m\nreconcile-every: never\n")
        #expect(settings.retryPolicy.delays == [5000, 5_400_000])
        #expect(settings.reconcileEvery == .zero)
    }

    @Test(arguments: [
        ("retention-age: 90", "retention-age in line 1 of /etc/config.yaml is a duration from 1m to 36500d"),
        ("retention-events: -1", "is a whole number of events from 1 on, like 1000000, or none"),
        ("retention-size: 1MB", "is a size from 16 MB on, like 512MB or 20GB, or none"),
        ("retention-size: 20 apples", "is a size from 16 MB on"), ("retention-size: 99999999999TB", "is a size"),
        ("free-space: lots", "free-space in line 1 of /etc/config.yaml is a size, like 512MB or 20GB; “lots” is not"),
        ("them: x", "Unknown setting “them” in line 1 of /etc/config.yaml; did you mean theme?"),
        ("\nzzzzzzz: x", "line 2 of /etc/config.yaml; known are data-dir"),
        (
            "receiver: 8180",
            "receiver in line 1 of /etc/config.yaml takes HOST:PORT, like 127.0.0.1:8180; “8180” is not"
        ),
        ("theme: [a, b]", "theme in line 1 of /etc/config.yaml takes one value"),
        ("- a\n- b", "must hold lines like"),
        ("theme: 'x", "is not YAML: look at line 1"),
        ("theme: a\ntheme: b", "theme stands there twice"),
        ("callback-timeout: 15", "is a duration from 100ms to 10m, like 15s, 5m or 1h; “15” is not that."),
    ])
    func `a bad file is named with line, key and way out`(yaml: String, expected: String) {
        #expect { try resolve(yaml: yaml) } throws: { "\($0)".contains(expected) }
    }

    @Test(arguments: [
        (SettingKey.receiver, "::1:80", "--receiver takes an IPv6 address in brackets, like [::1]:8180"),
        (.receiver, "h:70000", "has a port that is not a number from 0 to 65535"),
        (.management, ":80", "--management names no host"),
        (.logLevel, "loud", "--log-level is one of trace, debug"),
        (.color, "512", "--color is one of auto, never, 16, 256, truecolor"),
        (.retrySchedule, "5s,,6s", "--retry-schedule is cloud-elements, cloud-elements-9 or"),
        (.retrySchedule, "5s,,6s", "like 5s,5m,30m,2h; of “5s,,6s”, step 2 is empty."),
        (.retrySchedule, "5s,31d", "step 2 is longer than 30 days"),
        (.retrySchedule, "0", "--retry-schedule is"),
        (.pollOverlap, "25h", "is a duration from 0s to 1d"),
        (.reconcileEvery, "5s", "is a duration from 1m to 7d, like 15s, 5m or 1h, or never"),
        (.callbackDeny, "10.0.0.0/8,10.0.0.1/8", "“10.0.0.1/8” is no network; write it like 10.0.0.0/8"),
        (.traces, "collector:4318", "--traces must begin with http:// or https://"),
        (.traces, "http://h/?x", "--traces is scheme, host and port, with a path at most"),
        (.ascii, "maybe", "--ascii is true or false"),
    ])
    func `a bad value is named with its option and way out`(key: SettingKey, text: String, expected: String) {
        #expect { try resolve(options: [key: text]) } throws: { "\($0)".contains(expected) }
    }

    @Test func `a bad variable is named`() {
        #expect { try resolve(environment: ["SIGNALBOX_COLOR": "pink"]) } throws: {
            "\($0)".hasPrefix("SIGNALBOX_COLOR is one of")
        }
    }

    @Test(arguments: [
        ("250ms", 250), ("15s", 15_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0", 0), ("5min", 300_000),
        ("1h 30 Min", 5_400_000),
    ])
    func `durations are read and written`(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text)?.wholeMilliseconds == milliseconds)
        #expect(DurationText.parse(DurationText.text(.milliseconds(milliseconds)))?.wholeMilliseconds == milliseconds)
    }

    @Test(arguments: ["", "s", "5", "-1s", "1.5h", "5 x", "9999999999s", "５s"])
    func `what is no duration is refused`(text: String) { #expect(DurationText.parse(text) == nil) }
}
