import NIOSSL

/// Files of what a client of ours trusts beside what the machine does, and of what it shows to those who demand a
/// certificate.
struct ClientTLS: Sendable, Hashable {
    struct Options: Sendable, Hashable {
        let ca: SettingKey
        let certificate: SettingKey
        let key: SettingKey
    }

    let options: Options
    /// How each was given.
    var names = GivenNames()
    var ca: String?
    var certificate: String?
    var key: String?

    init(ca: SettingKey, certificate: SettingKey, key: SettingKey) {
        options = Options(ca: ca, certificate: certificate, key: key)
    }

    /// Nil where nothing is given: as clients are without.
    func configuration() throws(TLSFiles.Fault) -> TLSConfiguration? {
        guard ca != nil || certificate != nil else { return nil }
        var tls = TLSConfiguration.makeClientConfiguration()
        if let ca { tls.additionalTrustRoots = [.certificates(try TLSFiles.certificates(ca, names[options.ca]))] }
        guard let certificate, let key else { return tls }
        let chain = try TLSFiles.certificates(certificate, names[options.certificate])
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(try TLSFiles.privateKey(key, names[options.key]))
        do { _ = try NIOSSLContext(configuration: tls) } catch {
            throw TLSFiles.Fault(
                description: "The key in \(key) is not the one of the certificate in \(certificate); check "
                    + "\(names[options.key]) and \(names[options.certificate])."
            )
        }
        return tls
    }
}
