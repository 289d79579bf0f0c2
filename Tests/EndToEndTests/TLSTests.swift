import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Primitives
import TestSupport
import Testing

/// A node whose listeners speak TLS, as the program's own commands and other clients meet it.
@Suite(.programs, .timeLimit(.minutes(20)))
struct TLSTests {
    /// What the receiver says to a request that belongs to nobody.
    private static func status(ofReceiver url: String, trusting name: String) async throws -> UInt {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [
            .certificates(try NIOSSLCertificate.fromPEMBytes(Array(TLSKeys.pem(name).utf8)))
        ]
        let client = HTTPClient(configuration: .init(tlsConfiguration: tls))
        let result: Result<UInt, any Error>
        do {
            var request = HTTPClientRequest(url: url + "/elements/api-v2/events/sfdc/none")
            request.method = .POST
            request.body = .bytes(ByteBuffer(string: "{}"))
            result = .success(try await client.execute(request, timeout: .seconds(120)).status.code)
        } catch { result = .failure(error) }
        try await client.shutdown()
        return try result.get()
    }

    @Test func `a certificate is renewed by SIGHUP, a broken one refused, and no connection is dropped`() async throws {
        let directory = try ScratchDirectory()
        let surroundings = try await Surroundings.start()
        let node = try await SecureNode.start(directory)
        #expect(node.process.diagnostics.contains("https://127.0.0.1:\(node.receiver)"))
        #expect(try await Self.status(ofReceiver: "https://localhost:\(node.receiver)", trusting: "valid") == 404)

        // Beside it nothing needs to be given; elsewhere the certificate must be trusted.
        try directory.write(surroundings.instance().text, to: "instance.json")
        let made = try await Program.run([
            "instances", "create", "--data-dir", directory.path, "--from", directory.path + "/instance.json",
        ])
        #expect(made.status == 0, "\(made.diagnostics)")
        let webhook = try await Program.run(["instances", "show", "1", "--data-dir", directory.path])
        #expect(webhook.status == 0, "\(webhook.diagnostics)")
        let untrusted = try await node.attached(["instances", "list"], trusting: nil)
        #expect(untrusted.status == 1 && untrusted.diagnostics.contains("with --attach-ca"), "\(untrusted.diagnostics)")
        let trusted = try await node.attached(["instances", "list"], trusting: "valid")
        #expect(trusted.status == 0 && trusted.lines.count == 1, "\(trusted.diagnostics)")
        let ca = directory.path + "/trusted-valid.pem"
        let tail = try Child(
            ["events", "tail", "--attach", node.url, "--attach-ca", ca],
            environment: ["SIGNALBOX_TOKEN": node.token]
        )
        let plain = try Child(["--plain", "--data-dir", directory.path])
        try await waitUntil("the plain lines", seen: { plain.diagnostics }) {
            plain.diagnostics.contains("attached to https://127.0.0.1:\(node.management)") ? true : nil
        }
        func poll(_ name: String) async throws {
            _ = try await surroundings.control("create", ["object": "Account", "fields": ["Name": .string(name)]])
            let polled = try await Program.run(["instances", "poll", "1", "--data-dir", directory.path])
            #expect(polled.status == 0, "\(polled.diagnostics)")
            for child in [tail, plain] {
                try await waitUntil("\(name)", seen: { child.diagnostics + child.output }) {
                    child.output.contains(name) ? true : nil
                }
            }
        }
        try await waitUntil("the stream", seen: { tail.diagnostics }) { tail.processID > 0 ? true : nil }
        try await poll("Brunel Works")

        // Another certificate of the same key, by another authority.
        try directory.write(try TLSKeys.pem("authority"), to: "tls.pem")
        try await node.hangUp(until: "read anew")
        let former = try await node.attached(["instances", "list"], trusting: "valid")
        #expect(former.status == 1 && former.diagnostics.contains("certificate"), "\(former.diagnostics)")
        let renewed = try await node.attached(["instances", "list"], trusting: "authority")
        #expect(renewed.status == 0, "\(renewed.diagnostics)")
        #expect(try await Self.status(ofReceiver: "https://localhost:\(node.receiver)", trusting: "authority") == 404)
        try await poll("Second Works")

        // What can't be used leaves all as it is.
        for (name, file, text) in [
            ("PEM", "tls.key", "no key at all"), ("isn't there", "tls.pem", nil),
            ("ran out", "tls.pem", try TLSKeys.pem("expired")),
            ("is not the one", "tls.key", try SigningKey.pem("private")),
        ] as [(String, String, String?)] {
            try directory.write(try TLSKeys.pem("authority"), to: "tls.pem")
            try directory.write(try TLSKeys.pem("key"), to: "tls.key")
            if let text {
                try directory.write(text, to: file)
            } else {
                try FileManager.default.removeItem(atPath: directory.path + "/" + file)
            }
            try await node.hangUp(until: "stays in use")
            #expect(node.process.diagnostics.contains(name), "\(node.process.diagnostics)")
            let still = try await node.attached(["instances", "list"], trusting: "authority")
            #expect(still.status == 0, "\(name): \(still.diagnostics)")
        }
        try await poll("Third Works")
        for child in [tail, plain] { child.signal(SIGTERM) }
        try await node.stop()
    }

    @Test func `the management API can demand certificates, of which the programs beside it need none`() async throws {
        let directory = try ScratchDirectory()
        let authority = try directory.write(try TLSKeys.pem("valid"), to: "clients.pem")
        let node = try await SecureNode.start(directory, ["--management-client-ca", authority])
        let beside = try await Program.run(["instances", "list", "--data-dir", directory.path])
        #expect(beside.status == 0, "\(beside.diagnostics)")
        let none = try await node.attached(["instances", "list"], trusting: "valid")
        #expect(none.status == 1 && none.diagnostics.split(separator: "\n").count == 1, "\(none.diagnostics)")
        #expect(none.diagnostics.contains("give one with --attach-certificate and --attach-key"), "\(none.diagnostics)")
        let plain = try await Program.run(
            ["instances", "list", "--attach", "http://127.0.0.1:\(node.management)", "--data-dir", directory.path],
            environment: ["SIGNALBOX_TOKEN": node.token]
        )
        #expect(plain.status == 1 && plain.diagnostics.contains("https://"), "\(plain.diagnostics)")
        let other = try directory.write(try TLSKeys.pem("elsewhere"), to: "other.pem")
        let wrong = try await node.attached(
            ["instances", "list"],
            trusting: "valid",
            ["--attach-certificate", other, "--attach-key", node.key]
        )
        #expect(wrong.status == 1, "\(wrong.output)")
        let right = try await node.attached(
            ["instances", "list"],
            trusting: "valid",
            ["--attach-certificate", authority, "--attach-key", node.key]
        )
        #expect(right.status == 0, "\(right.diagnostics)")
        // Orgs have none.
        #expect(try await Self.status(ofReceiver: "https://localhost:\(node.receiver)", trusting: "valid") == 404)
        try await node.stop()
    }

    @Test func `files that can't be used are one sentence with option and file`() async throws {
        let directory = try ScratchDirectory()
        let valid = try directory.write(try TLSKeys.pem("valid"), to: "valid.pem")
        let key = try directory.write(try TLSKeys.pem("key"), to: "key.pem")
        let other = try directory.write(try SigningKey.pem("private"), to: "other.key")
        let sealed = try directory.write(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
            to: "sealed.key"
        )
        let words = try directory.write("no certificate", to: "words.pem")
        let none = directory.path + "/none.pem"
        for (options, named) in [
            (["--tls-certificate", none, "--tls-key", key], [none, "--tls-certificate"]),
            (["--tls-certificate", words, "--tls-key", key], [words, "--tls-certificate"]),
            (["--tls-certificate", directory.path, "--tls-key", key], [directory.path, "--tls-certificate"]),
            (["--tls-certificate", valid, "--tls-key", none], [none, "--tls-key"]),
            (["--tls-certificate", valid, "--tls-key", words], [words, "--tls-key"]),
            (["--tls-certificate", valid, "--tls-key", sealed], [sealed, "passphrase", "--tls-key"]),
            (["--tls-certificate", valid, "--tls-key", other], [other, valid, "--tls-key"]),
            (["--tls-certificate", valid], ["--tls-certificate", "--tls-key"]),
            (["--tls-key", key], ["--tls-certificate", "--tls-key"]),
            (["--management-client-ca", valid], ["--management-client-ca", "--tls-certificate"]),
            (
                ["--tls-certificate", valid, "--tls-key", key, "--management-client-ca", words],
                [words, "--management-client-ca"]
            ),
        ] {
            let data = directory.path + "/data"
            let ended = try await Program.run(["serve", "--data-dir", data] + options)
            #expect(ended.status == 2, "\(options) \(ended.diagnostics)")
            #expect(ended.diagnostics.split(separator: "\n").count == 1, "\(ended.diagnostics)")
            for word in named { #expect(ended.diagnostics.contains(word), "\(ended.diagnostics)") }
        }
    }
}
