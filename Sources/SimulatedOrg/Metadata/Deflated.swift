import CZlib

/// Unpacks raw DEFLATE data (RFC 1951) as zip entries hold it.
enum Deflated {
    /// Why data can't be unpacked.
    enum Failure: Error, Equatable {
        /// It isn't DEFLATE, or ends too early.
        case broken
        /// It unpacks to more than was allowed.
        case tooLarge
        /// Bytes follow behind its end.
        case trailing(Int)
    }

    private static let step = 64 * 1_024

    /// The data unpacked. What unpacks to more bytes than `limit` is refused, and no more memory than that is used.
    static func unpacked(_ data: ArraySlice<UInt8>, limit: Int) throws(Failure) -> [UInt8] {
        guard UInt32(exactly: data.count) != nil else { throw .tooLarge }
        var input = Array(data)
        var output: [UInt8] = []
        var end: Int32 = Z_OK
        var rest = 0
        unsafe input.withUnsafeMutableBufferPointer { input in
            var stream = unsafe z_stream()
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = UInt32(input.count)
            end = unsafe cz_inflate_init_raw(&stream)
            guard end == Z_OK else { return }
            defer { unsafe inflateEnd(&stream) }
            var chunk = [UInt8](repeating: 0, count: step)
            // One byte more than is allowed tells a stream that is too large from one that just fits.
            while end == Z_OK, output.count <= limit {
                let room = min(step, limit + 1 - output.count)
                unsafe chunk.withUnsafeMutableBufferPointer { chunk in
                    unsafe stream.next_out = chunk.baseAddress
                    unsafe stream.avail_out = UInt32(room)
                    end = unsafe inflate(&stream, Z_NO_FLUSH)
                }
                unsafe output.append(contentsOf: chunk.prefix(room - Int(stream.avail_out)))
            }
            unsafe rest = Int(stream.avail_in)
        }
        guard output.count <= limit else { throw .tooLarge }
        guard end == Z_STREAM_END else { throw .broken }
        guard rest == 0 else { throw .trailing(rest) }
        return output
    }

    /// The CRC-32 that zip entries are checked by.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { unsafe UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
