import Domain
import Gateway
import NIOSSL
import Primitives

/// The files that TLS of the listeners is made from.
struct TLSFiles: Sendable, Hashable {
    let certificate: String
    let key: String
    /// Authorities of the certificates that clients of the management listener must show; nil: they need none.
    let clientCA: String?
    var names = GivenNames()

    /// Bytes of a file.
    private static let longest = 1 << 20

    /// Why the files can't be used: one sentence with option and file.
    struct Fault: SentenceError, Sendable, Hashable {
        let description: String
    }

    struct Contexts: Sendable {
        let receiver: NIOSSLContext
        let management: NIOSSLContext
        /// When the certificate runs out.
        let ends: Timestamp
    }

    /// Reads the files anew.
    func contexts() throws(Fault) -> Contexts {
        let chain = try Self.certificates(certificate, names[.tlsCertificate])
        let key = try Self.privateKey(key, names[.tlsKey])
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        let receiver = try context(configuration)
        var management = receiver
        if let clientCA {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(try Self.certificates(clientCA, names[.managementClientCA]))
            management = try context(configuration)
        }
        let ends = chain.first.map { Timestamp(milliseconds: Int64($0.notValidAfter).multiplied(saturating: 1000)) }
        return Contexts(receiver: receiver, management: management, ends: ends ?? .distantPast)
    }

    private func context(_ configuration: TLSConfiguration) throws(Fault) -> NIOSSLContext {
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw Fault(
                description: "The key in \(key) is not the one of the certificate in \(certificate); check "
                    + "\(names[.tlsKey]) and \(names[.tlsCertificate])."
            )
        }
    }

    static func certificates(_ path: String, _ name: String) throws(Fault) -> [NIOSSLCertificate] {
        let bytes = try bytes(path, name)
        let found = (try? NIOSSLCertificate.fromPEMBytes(bytes)) ?? []
        guard !found.isEmpty else {
            throw Fault(description: "\(path) can't be read as certificates in PEM; check \(name).")
        }
        return found
    }

    static func privateKey(_ path: String, _ name: String) throws(Fault) -> NIOSSLPrivateKey {
        let bytes = try bytes(path, name)
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            let isEncrypted = String(decoding: bytes, as: UTF8.self).contains("ENCRYPTED")
            let reason =
                isEncrypted
                ? "is protected by a passphrase; take it off with openssl pkey, and keep the file to yourself"
                : "can't be read as a private key in PEM"
            throw Fault(description: "\(path) \(reason); check \(name).")
        }
    }

    private static func bytes(_ path: String, _ name: String) throws(Fault) -> [UInt8] {
        do throws(BoundedFile.Fault) { return try BoundedFile.read(path, atMost: longest) } catch {
            throw Fault(
                description: error == .tooLarge
                    ? "\(path) is larger than 1 MiB, so it is no file for \(name)."
                    : "\(path) \(error.clause); check \(name)."
            )
        }
    }
}

/// The two doors of a node with TLS, and the files that they are made anew from.
struct TLSDoors: Sendable {
    let files: TLSFiles
    let receiver: TLSDoor
    let management: TLSDoor
    /// When the certificate of the start runs out.
    let ends: Timestamp

    /// - Throws: `UsageError` with the sentence.
    init(_ files: TLSFiles) throws(UsageError) {
        do {
            let contexts = try files.contexts()
            self.files = files
            receiver = TLSDoor(contexts.receiver)
            management = TLSDoor(contexts.management)
            ends = contexts.ends
        } catch { throw UsageError(error.description) }
    }

    /// Reads the files anew for the connections to come; where they can't be used, all stays as it is.
    ///
    /// - Returns: When the new certificate runs out.
    func reload(now: Timestamp) throws(TLSFiles.Fault) -> Timestamp {
        let contexts = try files.contexts()
        guard contexts.ends > now else {
            throw TLSFiles.Fault(
                description: "The certificate in \(files.certificate) ran out on \(contexts.ends.iso); "
                    + "check \(files.names[.tlsCertificate])."
            )
        }
        receiver.replace(contexts.receiver)
        management.replace(contexts.management)
        return contexts.ends
    }
}
