/// A setting. Its option, its variable and its key in the configuration file are spelled alike.
enum SettingKey: String, Sendable, Hashable, CaseIterable {
    case dataDirectory = "data-dir"
    case store
    case node
    case receiver
    case receiverURL = "receiver-url"
    case management
    case logLevel = "log-level"
    case logFormat = "log-format"
    case traces
    case attach
    case tokenFile = "token-file"
    case attachCA = "attach-ca"
    case attachCertificate = "attach-certificate"
    case attachKey = "attach-key"
    case theme
    case color
    case ascii
    case plain
    case noMouse = "no-mouse"
    case retrySchedule = "retry-schedule"
    case callbackTimeout = "callback-timeout"
    case callbackDeny = "callback-deny"
    case pollOverlap = "poll-overlap"
    case reconcileEvery = "reconcile-every"
    case allowPasswordGrant = "allow-password-grant"
    case retentionAge = "retention-age"
    case retentionEvents = "retention-events"
    case retentionSize = "retention-size"
    case freeSpace = "free-space"
    case callbackCA = "callback-ca"
    case callbackClientCertificate = "callback-client-certificate"
    case callbackClientKey = "callback-client-key"
    case orgCA = "org-ca"
    case orgClientCertificate = "org-client-certificate"
    case orgClientKey = "org-client-key"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case managementClientCA = "management-client-ca"

    /// What help and README say of it.
    struct Row {
        let help: String
        /// What stands for its value in help; nil for a switch.
        var valueName: String?
        /// Nil where commands differ, or where there is nothing to say.
        var standard: String?
        /// What it is without the option, as README has it.
        var readme: String?
        /// A value for the example of a file, where it isn't what holds without one.
        var example: String?
    }

    /// The one table of the program's options.
    var row: Row {
        switch self {
        case .dataDirectory:
            Row(
                help: "Directory for events, secrets and the log.",
                valueName: "dir",
                readme: "$XDG_STATE_HOME/signalbox",
                example: "/var/lib/signalbox"
            )
        case .store:
            Row(
                help:
                    "Directory or PostgreSQL database for events and secrets; without it they are in the data directory.",
                valueName: "dir|url",
                example: "postgres://signalbox@db.example.com/signalbox?sslmode=verify-full"
            )
        case .node:
            Row(
                help: "Name of this node in doctor, readiness and the audit trail; with PostgreSQL, else the host's.",
                valueName: "name",
                example: "node-1"
            )
        case .receiver: Row(help: "Address that receives webhooks.", valueName: "host:port", readme: "127.0.0.1:8180")
        case .receiverURL:
            Row(
                help: "Public URL of the receiver behind a proxy or tunnel: https://hooks.example.com.",
                valueName: "url",
                example: "https://hooks.example.com"
            )
        case .management:
            Row(help: "Address of the management API.", valueName: "host:port", readme: "127.0.0.1:8181")
        case .logLevel:
            Row(
                help: "trace, debug, info, notice, warning, error or critical.",
                valueName: "level",
                standard: "info"
            )
        case .logFormat:
            Row(
                help: "text, or json for an object a line; requests, events and attempts are joined at debug.",
                valueName: "format",
                standard: "text"
            )
        case .traces:
            Row(
                help: "OTLP/HTTP collector that gets traces; without one none are made.",
                valueName: "url",
                example: "http://127.0.0.1:4318"
            )
        case .attach:
            Row(
                help: "Use the engine of a node elsewhere, at this URL of its management API; needs a token.",
                valueName: "url",
                example: "https://node.example.com:8181"
            )
        case .tokenFile:
            Row(
                help: "File with the token for --attach (see credentials); or SIGNALBOX_TOKEN holds it.",
                valueName: "file",
                example: "/etc/signalbox/token"
            )
        case .attachCA:
            Row(
                help: "File with the certificates (PEM) of an authority to trust with --attach.",
                valueName: "file",
                example: "/etc/signalbox/ca.pem"
            )
        case .attachCertificate:
            Row(
                help: "File with the certificate (PEM) to show with --attach to a node that demands one.",
                valueName: "file",
                example: "/etc/signalbox/client.pem"
            )
        case .attachKey:
            Row(
                help: "File with the private key (PEM) of --attach-certificate.",
                valueName: "file",
                example: "/etc/signalbox/client.key"
            )
        case .theme:
            Row(help: "Name of the theme; an unknown name lists all.", valueName: "name", standard: "default")
        case .color: Row(help: "auto, never, 16, 256 or truecolor.", valueName: "depth", standard: "auto")
        case .ascii: Row(help: "Draw with ASCII characters only.")
        case .plain: Row(help: "Print plain lines instead of drawing; the default without a terminal.")
        case .noMouse: Row(help: "Leave the mouse to the terminal.")
        case .retrySchedule:
            Row(
                help: "Waits between attempts: 5s,5m,30m,…, or cloud-elements (8^x), or cloud-elements-9 (4^x).",
                valueName: "steps",
                readme: "5s,5m,30m,2h,5h,10h,14h,20h,24h"
            )
        case .callbackTimeout:
            Row(help: "How long a callback may take to answer.", valueName: "duration", standard: "15s")
        case .callbackDeny:
            Row(
                help: "Networks that callbacks are kept from, beside link-local and metadata addresses.",
                valueName: "cidr,…",
                example: "10.0.0.0/8,fd00::/8"
            )
        case .pollOverlap:
            Row(
                help: "How far before the newest change each poll looks again for late rows.",
                valueName: "duration",
                standard: "15m"
            )
        case .reconcileEvery:
            Row(
                help: "How often to reconcile, to find what polls miss; or never.",
                valueName: "duration",
                standard: "1h"
            )
        case .allowPasswordGrant:
            Row(help: "Allow instances to connect by user name and password, which Salesforce is retiring.")
        case .retentionAge:
            Row(
                help: "Remove events that are older, once they are delivered; or none.",
                valueName: "duration",
                standard: "none",
                example: "90d"
            )
        case .retentionEvents:
            Row(
                help: "Keep so many of the newest events; or none, which keeps all.",
                valueName: "count",
                standard: "none",
                example: "1000000"
            )
        case .retentionSize:
            Row(
                help: "Remove the oldest events while the store is larger; or none.",
                valueName: "size",
                standard: "none",
                example: "20GB"
            )
        case .freeSpace:
            Row(
                help: "Take nothing in while less is free beside the store; 0 until the disk is full.",
                valueName: "size",
                standard: "512MB"
            )
        case .callbackCA:
            Row(
                help: "File with certificates (PEM) of an authority to trust of callbacks, beside the machine's.",
                valueName: "file",
                example: "/etc/signalbox/ca.pem"
            )
        case .callbackClientCertificate:
            Row(
                help: "File with the certificate (PEM) to show to callbacks that demand one.",
                valueName: "file",
                example: "/etc/signalbox/client.pem"
            )
        case .callbackClientKey:
            Row(
                help: "File with the private key (PEM) of --callback-client-certificate.",
                valueName: "file",
                example: "/etc/signalbox/client.key"
            )
        case .orgCA:
            Row(
                help: "File with certificates (PEM) of an authority to trust of orgs, beside the machine's.",
                valueName: "file",
                example: "/etc/signalbox/ca.pem"
            )
        case .orgClientCertificate:
            Row(
                help: "File with the certificate (PEM) to show to orgs that demand one.",
                valueName: "file",
                example: "/etc/signalbox/client.pem"
            )
        case .orgClientKey:
            Row(
                help: "File with the private key (PEM) of --org-client-certificate.",
                valueName: "file",
                example: "/etc/signalbox/client.key"
            )
        case .tlsCertificate:
            Row(
                help: "File with the certificate chain (PEM) for TLS on both listeners; read anew on SIGHUP.",
                valueName: "file",
                example: "/etc/signalbox/fullchain.pem"
            )
        case .tlsKey:
            Row(
                help: "File with the private key (PEM) of --tls-certificate.",
                valueName: "file",
                example: "/etc/signalbox/privkey.pem"
            )
        case .managementClientCA:
            Row(
                help: "File with authorities (PEM): clients of the management API must show a certificate of one.",
                valueName: "file",
                example: "/etc/signalbox/clients.pem"
            )
        }
    }

    /// All options as a table in Markdown.
    static var markdown: String {
        let rows = allCases.map { key in
            let standard = key.row.standard ?? key.row.readme ?? (key.row.valueName == nil ? "off" : "")
            return
                "| `\(key.option)` | `\(key.variable)` | \(standard.isEmpty ? "" : "`\(standard)`") | \(key.row.help) |\n"
        }
        return "| option | variable | default | |\n| --- | --- | --- | --- |\n" + rows.joined()
    }

    /// `--data-dir`.
    var option: String { "--" + rawValue }

    /// `SIGNALBOX_DATA_DIR`.
    var variable: String { "SIGNALBOX_" + rawValue.uppercased().replacing("-", with: "_") }
}

/// A value as it was written, with the place where it was.
struct SettingText: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        case option
        case variable
        case file(path: String, line: Int)
    }

    let text: String
    let place: Place

    /// How a sentence names the setting: `--theme`, `SIGNALBOX_THEME`, or `theme in line 3 of FILE`.
    func name(_ key: SettingKey) -> String {
        switch place {
        case .option: key.option
        case .variable: key.variable
        case .file(let path, let line): "\(key.rawValue) in line \(line) of \(path)"
        }
    }
}
