import Domain
package import Primitives

/// What is wrong with a chain of certificates that was not trusted, found by looking at it: the TLS library says that
/// verification failed, and not of what.
package struct CertificateFault: Sendable {
    /// One certificate, as far as it matters here.
    package struct Certificate: Sendable, Hashable {
        package let issuer: [UInt8]
        package let subject: [UInt8]
        package let notBefore: Timestamp
        package let notAfter: Timestamp

        package var isSelfSigned: Bool { issuer == subject }

        /// Nil where the bytes are no certificate (RFC 5280, 4.1).
        package init?(der: [UInt8], notBefore: Timestamp, notAfter: Timestamp) {
            var file = DERReader(der)
            guard var certificate = file.sequence(), var signed = certificate.sequence() else { return nil }
            if signed.tag == DERReader.Tag.first { _ = signed.next() }
            guard signed.next(DERReader.Tag.integer) != nil, signed.sequence() != nil,
                let issuer = signed.next(DERReader.Tag.sequence), signed.sequence() != nil,
                let subject = signed.next(DERReader.Tag.sequence)
            else { return nil }
            self.issuer = Array(issuer)
            self.subject = Array(subject)
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }

    /// The server's own certificate comes first. Nil where nothing is to be seen.
    package static func kind(_ chain: [Certificate], now: Timestamp) -> TransportFault.Kind? {
        guard let own = chain.first else { return nil }
        if chain.contains(where: { $0.notAfter < now }) { return .expired }
        if chain.contains(where: { $0.notBefore > now }) { return .notYetValid }
        return own.isSelfSigned ? .selfSigned : .unknownAuthority
    }
}
