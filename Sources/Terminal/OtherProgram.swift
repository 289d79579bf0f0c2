import CTerminal

/// Programs that are run beside the screen, without input and output of their own.
package enum OtherProgram {
    package enum Outcome: Sendable, Hashable {
        case notStarted
        /// It goes on by itself.
        case running
        case ended(status: Int32)
    }

    /// Runs a program, found by its name, and waits for its end, for so many milliseconds at most.
    package static func run(_ words: [String], milliseconds: Int64) -> Outcome {
        guard let program = words.first else { return .notStarted }
        let status = unsafe words.withCStrings { pointers in
            unsafe cterminal_run(program, pointers, Int32(clamping: milliseconds))
        }
        return switch status {
        case Int32(CTERMINAL_RUNS): .running
        case ..<0: .notStarted
        default: .ended(status: status)
        }
    }

    /// Runs a program on the terminal until its end; nil if it did not start or was ended by a signal.
    static func runInFront(_ words: [String], on tty: Int32) -> Int32? {
        guard let program = words.first else { return nil }
        let status = unsafe words.withCStrings { pointers in unsafe cterminal_run_in_front(tty, program, pointers) }
        return status < 0 ? nil : status
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
