import Crypto
import Domain
import Foundation
import Glibc
import Primitives

/// The key that secrets are encrypted with: from the caller, or from a file that only its owner can read.
package struct SecretKey: Sendable, SecretBearing {
    let key: SymmetricKey
    /// More than a key file says.
    private static let mostBytes = 4096

    /// Reads 32 bytes written as base64 or as hexadecimal digits, out of whatever they were copied with.
    package init?(text: String) {
        let text = PastedText.cleaned(text, unquoting: true)
        let bytes = Self.hexadecimal(text) ?? Base64.decode(text)
        guard let bytes, bytes.count == 32 else { return nil }
        self.key = SymmetricKey(data: bytes)
    }

    package init(_ given: GivenKey) throws(StoreError) {
        guard let key = SecretKey(text: given.text.exposed) else {
            throw StoreError(
                .other,
                "\(given.source) must be 32 bytes as base64 or hexadecimal; make one with: openssl rand -base64 32"
            )
        }
        self = key
    }

    /// Reads the key file; makes it if it is missing and nothing was encrypted yet.
    package init(file path: String, mayCreate: Bool) throws(StoreError) {
        if FilePresence(of: path) == .missing {
            guard mayCreate else {
                throw StoreError(
                    .unreadable,
                    "The key file \(path) is missing, so stored secrets can't be read; restore it or set SIGNALBOX_KEY."
                )
            }
            try Self.create(path)
        }
        let bytes: [UInt8]
        do throws(OwnedFile.Fault) { bytes = try OwnedFile.read(path, atMost: Self.mostBytes) } catch {
            throw StoreError(.unreadable, "The key file \(path) \(error.clause); check its owner and permissions.")
        }
        guard let key = SecretKey(text: String(decoding: bytes, as: UTF8.self)) else {
            throw StoreError(
                .corrupt,
                "The key file \(path) doesn't hold 32 bytes in base64; restore it or set SIGNALBOX_KEY."
            )
        }
        self = key
    }

    /// Writes a fresh key under another name first, so that a crash never leaves half a key.
    static func create(_ path: String) throws(StoreError) {
        let fresh = path + ".new"
        let text = Array((Base64.encode((0..<32).map { _ in UInt8.random(in: .min ... .max) }) + "\n").utf8)
        _ = unsafe unlink(fresh)
        let file = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { OwnedFile.adopt(file, at: fresh) }
        let isWritten = file >= 0 && OwnedFile.write(text[...], to: file) && fsync(file) == 0
        let code = errno
        if file >= 0 { Glibc.close(file) }
        errno = code
        guard isWritten, DirectoryEntry.rename(fresh, to: path) else {
            throw StoreError(.unreadable, "The key file \(path) can't be written (\(DataDirectory.reason)).")
        }
    }

    private static func hexadecimal(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
