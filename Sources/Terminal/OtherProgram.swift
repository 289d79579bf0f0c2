import CTerminal

/// Programs that are run beside the screen, without input and output of their own.
package enum OtherProgram {
    /// Runs a program, found by its name, and waits for its exit status; −1 if it could not be started.
    package static func run(_ words: [String]) -> Int32 {
        guard let program = words.first else { return -1 }
        return unsafe words.withCStrings { pointers in unsafe cterminal_run(program, pointers) }
    }
}

extension [String] {
    /// Lends the strings as C has arguments: an array of pointers that ends with null.
    fileprivate func withCStrings(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Int32) -> Int32 {
        let joined = flatMap { $0.utf8CString }
        var starts: [Int] = []
        var next = 0
        for word in self {
            starts.append(next)
            next += word.utf8.count + 1
        }
        return unsafe joined.withUnsafeBufferPointer { bytes in
            let pointers: [UnsafePointer<CChar>?] =
                unsafe starts.map { unsafe bytes.baseAddress?.advanced(by: $0) } + [nil]
            return unsafe pointers.withUnsafeBufferPointer { list in
                guard let address = list.baseAddress else { return -1 }
                return unsafe body(address)
            }
        }
    }
}
