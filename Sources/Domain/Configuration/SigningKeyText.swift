import Primitives

/// The text of the key that signs the claims of the JWT flow: an RSA key of 2048 bits or more in PEM form, unprotected.
///
/// People have it in a file beside its certificate, its public half and keys of other kinds, which all look alike.
package enum SigningKeyText {
    /// More than any key is long.
    package static let maximumBytes = 64 << 10
    private static let leastBits = 2048

    /// Why it can't sign, as a clause that goes on behind the name of the field or file, with the way out; nil if it can,
    /// as far as its form tells.
    package static func fault(in text: String) -> String? {
        guard text.utf8.count <= maximumBytes else { return "is longer than a key can be; give the key alone" }
        guard text.contains(where: { !$0.isWhitespace }) else { return "is empty; give the whole file of the key" }
        let (blocks, isUnfinished) = PEM.blocks(text)
        guard
            let block = blocks.first(where: \.isPrivateKey)
                ?? blocks.first(where: { !$0.label.hasSuffix("PARAMETERS") })
        else {
            if isUnfinished { return "is cut off before its END line; give the whole file of the key" }
            if text.contains("PuTTY-User-Key-File") {
                return "is a PuTTY key; export it from PuTTYgen in the OpenSSH form, then convert it by "
                    + "ssh-keygen -p -m PEM -f KEY"
            }
            return
                "is not in PEM form (-----BEGIN PRIVATE KEY-----); give the whole file of the key, and take it out of a "
                + "keystore first (openssl pkcs12 -in STORE -nodes -nocerts)"
        }
        return fault(in: block)
    }

    private static func fault(in block: PEM.Block) -> String? {
        if block.label == "ENCRYPTED PRIVATE KEY" || block.body.contains("ENCRYPTED") {
            return "is protected by a passphrase; give it without one (openssl pkey -in KEY -out PLAIN)"
        }
        switch block.label {
        case "PRIVATE KEY", "RSA PRIVATE KEY": break
        case "EC PRIVATE KEY", "DSA PRIVATE KEY": return otherKind(block.label.split(separator: " ")[0])
        case "OPENSSH PRIVATE KEY":
            return "is in OpenSSH's own form; convert a copy of it by ssh-keygen -p -m PEM -f KEY"
        case _ where block.label.hasSuffix("PUBLIC KEY"):
            return "is a public key; give the private key that belongs to it"
        case _ where block.label.hasSuffix("CERTIFICATE REQUEST"):
            return "is a request for a certificate; give the private key that it was made with"
        case _ where block.label.contains("CERTIFICATE"):
            return "is a certificate; give the private key that belongs to it, the certificate goes into the org's app"
        default: return "is no private key; give the file that begins with -----BEGIN PRIVATE KEY-----"
        }
        guard let bytes = Base64.decode(block.body) else { return damaged }
        return block.label == "PRIVATE KEY" ? fault(wrapped: bytes) : fault(plain: bytes)
    }

    /// PKCS #8 (RFC 5208): a version, the algorithm, the key in its own form.
    private static func fault(wrapped bytes: [UInt8]) -> String? {
        var file = DERReader(bytes)
        guard var parts = file.sequence(), file.isAtEnd, parts.next(DERReader.Tag.integer) != nil,
            var algorithm = parts.sequence(), let identifier = algorithm.next(DERReader.Tag.identifier),
            let key = parts.next(DERReader.Tag.octets)
        else { return damaged }
        switch Array(identifier) {
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]: return fault(plain: Array(key))
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]: return otherKind("RSA-PSS")
        case [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]: return otherKind("EC")
        case [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]: return otherKind("DSA")
        case [0x2B, 0x65, 0x70], [0x2B, 0x65, 0x71]: return otherKind("EdDSA")
        default: return "is of a kind that Salesforce takes no signatures of; \(makeOne)"
        }
    }

    /// PKCS #1 (RFC 8017, A.1.2): nine numbers, the second of which is as long as the key is said to be.
    private static func fault(plain bytes: [UInt8]) -> String? {
        var file = DERReader(bytes)
        guard var parts = file.sequence(), file.isAtEnd else { return damaged }
        var numbers: [ArraySlice<UInt8>] = []
        while numbers.count < 9 {
            guard let number = parts.next(DERReader.Tag.integer), !number.isEmpty else { return damaged }
            numbers.append(number)
        }
        let modulus = numbers[1].drop { $0 == 0 }
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard bits >= leastBits else {
            return "has \(bits) bits, and Salesforce wants \(leastBits) or more; \(makeOne)"
        }
        return nil
    }

    /// What there is to say of a key that looks like one and isn't.
    package static let damaged = "is damaged; give the whole file of the key, copied anew"

    private static func otherKind(_ name: some StringProtocol) -> String {
        "is a key for \(name), and Salesforce takes signatures of RSA keys only; \(makeOne)"
    }

    private static let makeOne =
        "make one by openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY, and its certificate for the app"
}
