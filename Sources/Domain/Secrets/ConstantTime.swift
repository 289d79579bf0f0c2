/// Comparison whose duration says nothing about where two secrets differ.
package enum ConstantTime {
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        var difference = left.count ^ right.count
        var other = right.makeIterator()
        for byte in left { difference |= Int(byte ^ (other.next() ?? 0)) }
        return difference == 0
    }

    package static func equal(_ left: String, _ right: String) -> Bool { equal(left.utf8, right.utf8) }
}
