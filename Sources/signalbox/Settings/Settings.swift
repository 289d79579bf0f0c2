import Callbacks
import Domain
import Engine
import EngineAPI
import Interface
import Logging
import Primitives
import Terminal

#if PostgreSQL
import StorePostgres
#endif

/// How one run of the program is set up: option, then variable, then file, then default.
struct Settings: Sendable, Hashable {
    var dataDirectory: String
    /// The file that was read beside options and variables; nil: there is none.
    var configurationFile: String?
    private(set) var names = GivenNames()
    /// The address of a database of PostgreSQL, which may hold a password; nil: events are in a directory.
    var database: Secret?
    /// The directory for events and secrets; nil: the data directory.
    var storeDirectory: String?
    /// As others know this node; nil: by the host's name.
    var node: String?
    var receiver = HostPort(host: "127.0.0.1", port: 8180)
    /// Scheme, host and port of the receiver as orgs reach it; nil: as it listens.
    var receiverURL: String?
    var management = HostPort(host: "127.0.0.1", port: 8181)
    var logLevel = Logger.Level.info
    var logFormat = LineLog.Format.text
    /// The collector of traces; nil: none are made.
    var traces: String?
    /// The management API of a node elsewhere whose engine is used; nil: that of the data directory.
    var attach: String?
    /// Where the token for it is, if not in `SIGNALBOX_TOKEN`.
    var tokenFile: String?
    /// What is trusted there, and shown to a node that demands a certificate.
    var attachTLS = ClientTLS(ca: .attachCA, certificate: .attachCertificate, key: .attachKey)
    /// The same of callbacks and of orgs.
    var callbackTLS = ClientTLS(ca: .callbackCA, certificate: .callbackClientCertificate, key: .callbackClientKey)
    var orgTLS = ClientTLS(ca: .orgCA, certificate: .orgClientCertificate, key: .orgClientKey)
    /// Nil: the theme that asks nothing of the terminal.
    var theme: String?
    var color = ColorChoice.auto
    var isASCII = false
    var isPlain = false
    var hasMouse = true
    /// The dashboard's actions with the keys that hold.
    var actions = ActionTable.standard
    /// Filters with names for the dashboard.
    var filters: [SavedFilter] = []
    /// The columns of its list.
    var columns = ColumnChoice.standard
    var retryPolicy = RetryPolicy.standard
    var callbackTimeout = Duration.milliseconds(Limit.callback.milliseconds)
    /// Which addresses callbacks may have.
    var callbackRule = AddressRule()
    var pollOverlap = Duration.seconds(15 * 60)
    /// Zero: never.
    var reconcileEvery = Duration.seconds(3600)
    /// Whether instances may connect by user name and password.
    var allowsPasswordGrant = false
    /// How long events are kept; empty: for ever.
    var retention = RetentionPolicy()
    /// Bytes that stay free beside the store.
    var freeSpace = EngineOptions().freeSpace
    /// The files that TLS of both listeners is made from.
    var tlsCertificate: String?
    var tlsKey: String?
    var managementClientCA: String?
}

extension Settings {
    /// An empty database with its indexes takes some of it.
    private static let leastRetention: Int64 = 16 << 20

    /// Lays the options over the variables over the file over the defaults.
    ///
    /// - Throws: `UsageError` for the first value that can't be used.
    static func resolve(
        options: [SettingKey: String],
        environment: [String: String],
        file: ConfigurationFile?
    ) throws(UsageError) -> Settings {
        var settings = Settings(dataDirectory: "")
        for key in SettingKey.allCases {
            let found: SettingText?
            if let text = options[key] {
                found = SettingText(text: text, place: .option)
            } else if let text = environment[key.variable], !text.isEmpty {
                found = SettingText(text: text, place: .variable)
            } else {
                found = file?.values[key]
            }
            guard let found else { continue }
            settings.names[key] = found.name(key)
            try settings.set(key, to: found, environment: environment)
        }
        settings.attachTLS.names = settings.names
        settings.callbackTLS.names = settings.names
        settings.orgTLS.names = settings.names
        if let file {
            settings.configurationFile = file.isThere ? file.path : nil
            settings.actions = try file.keys.applied(to: .standard)
            settings.filters = file.filters.filters
            settings.columns = file.columns.choice ?? .standard
        }
        try settings.checkPairs()
        try settings.checkAttachment()
        if settings.dataDirectory.isEmpty {
            settings.dataDirectory = try StandardDirectories(environment).state() + "/signalbox"
        }
        return settings
    }

    /// Files of which one means nothing without the other.
    private func checkPairs() throws(UsageError) {
        var pairs: [(given: String?, option: SettingKey, other: String?, needed: SettingKey)] = [
            (tlsCertificate, .tlsCertificate, tlsKey, .tlsKey), (tlsKey, .tlsKey, tlsCertificate, .tlsCertificate),
            (managementClientCA, .managementClientCA, tlsCertificate, .tlsCertificate),
        ]
        for tls in [attachTLS, callbackTLS, orgTLS] {
            pairs.append((tls.certificate, tls.options.certificate, tls.key, tls.options.key))
            pairs.append((tls.key, tls.options.key, tls.certificate, tls.options.certificate))
        }
        for pair in pairs where pair.given != nil && pair.other == nil {
            throw UsageError("\(names[pair.option]) means nothing without \(names[pair.needed]); give both.")
        }
    }

    /// As an option it is meant for this command alone; a variable or a file says it once for all. Nodes of one database ask
    /// each other with the same certificates.
    private func checkAttachment() throws(UsageError) {
        guard attach == nil else { return }
        let lone: [SettingKey] =
            database == nil ? [.tokenFile, .attachCA, .attachCertificate, .attachKey] : [.tokenFile]
        guard let key = lone.first(where: { names.isOption($0) }) else { return }
        throw UsageError("\(key.option) means nothing without \(SettingKey.attach.option); give both.")
    }

    /// What TLS of the listeners is made from; nil: they speak plain HTTP.
    var tls: TLSFiles? {
        guard let tlsCertificate, let tlsKey else { return nil }
        return TLSFiles(certificate: tlsCertificate, key: tlsKey, clientCA: managementClientCA, names: names)
    }

    /// The directory that SQLite's files and their key are in.
    var eventsDirectory: String { storeDirectory ?? dataDirectory }

    var nodeName: String { node ?? HostName.current }

    /// Whether a store is a database, and no directory. What looks like the address of one and is none, as a slash is missing,
    /// is refused: as a directory it would pass for an empty store.
    static func isDatabase(_ text: String, named name: String) throws(UsageError) -> Bool {
        if text.contains("://") { return true }
        let rest = text.drop { $0.isASCII && ($0.isLetter || $0.isNumber || "+-._".contains($0)) }
        guard text.first?.isLetter == true, let sign = rest.first, sign == ":" || sign == "=" else { return false }
        throw UsageError(
            "\(name) is a directory, like /var/lib/signalbox, or the address of a database, like "
                + "postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full; put ./ before the name of a directory that has a "
                + "colon in it."
        )
    }

    /// A wrong one is not shown: it may hold a password.
    static func database(_ text: String, named name: String) throws(UsageError) -> Secret {
        #if PostgreSQL
        guard PostgresAddress(text) != nil else {
            if let parameter = PostgresAddress.unknownParameter(in: text) {
                throw UsageError("\(name) has a parameter that PostgreSQL does not know, “\(parameter)”; leave it out.")
            }
            throw UsageError(
                "\(name) is the address of a database, like postgres://USER:PASSWORD@HOST:5432/DATABASE?sslmode=verify-full."
            )
        }
        return Secret(text)
        #else
        throw UsageError("\(name) means nothing here: this Signalbox was built without PostgreSQL; leave it out.")
        #endif
    }

    private static func mayNameNode(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private mutating func set(
        _ key: SettingKey,
        to value: SettingText,
        environment: [String: String]
    ) throws(UsageError) {
        let text = value.text.trimmed
        func fault(_ reason: String) -> UsageError {
            UsageError("\(value.name(key)) \(reason); “\(text.prefix(80))” is not that.")
        }
        func address() throws(UsageError) -> HostPort {
            do { return try HostPort(parsing: text) } catch { throw fault(error.reason) }
        }
        func publicAddress() throws(UsageError) -> String {
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            if let reason = HTTPAddress.fault(in: url) { throw fault(reason) }
            // It stands in a literal of the generated Apex.
            guard !url.contains(where: { "'\\?#".contains($0) }) else {
                throw fault("is scheme, host and port, with a path at most")
            }
            return HTTPAddress.withLowercasedHost(url)
        }
        func file() throws(UsageError) -> String {
            guard !text.isEmpty else { throw fault("names a file") }
            return try StandardDirectories(environment).expand(value.text)
        }
        func flag() throws(UsageError) -> Bool {
            switch text.lowercased() {
            case "true", "yes", "on", "1": return true
            case "false", "no", "off", "0": return false
            default: throw fault("is true or false")
            }
        }
        func duration(_ range: ClosedRange<Duration>, orNever: Bool = false) throws(UsageError) -> Duration {
            if orNever, ["never", "off"].contains(text.lowercased()) { return .zero }
            if let duration = DurationText.parse(text), range.contains(duration) || orNever && duration == .zero {
                return duration
            }
            let span = "\(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
            throw fault("is a duration from \(span), like 15s, 5m or 1h\(orNever ? ", or never" : "")")
        }
        func isNone() -> Bool { ["none", "never", "off"].contains(text.lowercased()) }
        func size(_ range: ClosedRange<Int64>, orNone: Bool = false) throws(UsageError) -> Int64 {
            guard let size = ByteSize.parse(text), range.contains(size) else {
                let least = range.lowerBound == 0 ? "" : " from \(ByteSize.text(range.lowerBound)) on"
                throw fault("is a size\(least), like 512MB or 20GB\(orNone ? ", or none" : "")")
            }
            return size
        }
        switch key {
        case .dataDirectory:
            guard !text.isEmpty else { throw fault("names a directory") }
            dataDirectory = try StandardDirectories(environment).expand(value.text)
        case .store:
            guard !text.isEmpty else { throw fault("names a directory, or the address of a database") }
            if try Self.isDatabase(text, named: value.name(key)) {
                database = try Self.database(text, named: value.name(key))
            } else {
                storeDirectory = try StandardDirectories(environment).expand(value.text)
            }
        case .node:
            guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.mayNameNode) else {
                throw fault("is 1 to 64 letters, digits, dots, hyphens and underscores")
            }
            node = text
        case .receiver: receiver = try address()
        case .receiverURL: receiverURL = try publicAddress()
        case .management: management = try address()
        case .logLevel:
            guard let level = Logger.Level(rawValue: text.lowercased()) else {
                throw fault("is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            logLevel = level
        case .logFormat:
            guard let format = LineLog.Format(rawValue: text.lowercased()) else { throw fault("is text or json") }
            logFormat = format
        case .traces:
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            if let reason = HTTPAddress.fault(in: url) { throw fault(reason) }
            guard !url.contains(where: { "?#".contains($0) }) else {
                throw fault("is scheme, host and port, with a path at most")
            }
            traces = url
        case .attach:
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            if let reason = HTTPAddress.fault(in: url) { throw fault(reason) }
            guard !url.contains(where: { "?#".contains($0) }) else {
                throw fault("is scheme, host and port, with a path at most")
            }
            guard url.lowercased().hasPrefix("https://") || HTTPAddress.isLoopback(url) else {
                throw fault(
                    "would send the token in clear over the network; use https://, or a tunnel: "
                        + "ssh -L 8181:127.0.0.1:8181 HOST beside --attach http://127.0.0.1:8181"
                )
            }
            attach = url
        case .tokenFile: tokenFile = try file()
        case .attachCA: attachTLS.ca = try file()
        case .attachCertificate: attachTLS.certificate = try file()
        case .attachKey: attachTLS.key = try file()
        case .callbackCA: callbackTLS.ca = try file()
        case .callbackClientCertificate: callbackTLS.certificate = try file()
        case .callbackClientKey: callbackTLS.key = try file()
        case .orgCA: orgTLS.ca = try file()
        case .orgClientCertificate: orgTLS.certificate = try file()
        case .orgClientKey: orgTLS.key = try file()
        case .tlsCertificate: tlsCertificate = try file()
        case .tlsKey: tlsKey = try file()
        case .managementClientCA: managementClientCA = try file()
        case .theme: theme = text.isEmpty ? nil : text
        case .color:
            guard let choice = ColorChoice(rawValue: text.lowercased()) else {
                throw fault("is one of \(ColorChoice.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            color = choice
        case .ascii: isASCII = try flag()
        case .plain: isPlain = try flag()
        case .noMouse: hasMouse = try !flag()
        case .retrySchedule:
            do throws(RetryPolicy.ParseError) { retryPolicy = try RetryPolicy(parsing: text) } catch {
                throw UsageError(
                    "\(value.name(key)) is cloud-elements, cloud-elements-9 or up to 50 durations with commas between, "
                        + "like 5s,5m,30m,2h; of “\(text.prefix(80))”, \(error)."
                )
            }
        case .callbackTimeout: callbackTimeout = try duration(.milliseconds(100) ... .seconds(600))
        case .callbackDeny:
            do throws(AddressRule.Malformed) { callbackRule = try AddressRule(denying: text) } catch {
                throw UsageError("\(value.name(key)) takes networks with commas between: \(error).")
            }
        case .pollOverlap: pollOverlap = try duration(.zero ... .seconds(86_400))
        case .allowPasswordGrant: allowsPasswordGrant = try flag()
        case .retentionAge:
            retention.age =
                try isNone() ? nil : duration(.seconds(60) ... .seconds(36_500 * 86_400)).wholeMilliseconds
        case .retentionEvents:
            guard !isNone() else { return retention.events = nil }
            guard let count = Int64(text.filter { $0 != "_" && $0 != " " }), count > 0 else {
                throw fault("is a whole number of events from 1 on, like 1000000, or none")
            }
            retention.events = count
        case .retentionSize: retention.bytes = try isNone() ? nil : size(Self.leastRetention...Int64.max, orNone: true)
        case .freeSpace: freeSpace = try size(0...Int64.max)
        case .reconcileEvery: reconcileEvery = try duration(.seconds(60) ... .seconds(7 * 86_400), orNever: true)
        }
    }
}
