/// Everything that printing, dumping and reflecting on a value tell of it.
func everyDescription(of value: Any) -> String {
    var out = "\(value) \(String(describing: value)) \(String(reflecting: value)) \([value]) \(["key": value]) "
    dump(value, to: &out)
    reflect(on: value, into: &out, depth: 0)
    return out
}

private func reflect(on value: Any, into out: inout String, depth: Int) {
    guard depth < 8 else { return }
    for child in Mirror(reflecting: value).children {
        out += "\(child.label ?? "") \(child.value) "
        reflect(on: child.value, into: &out, depth: depth + 1)
    }
}
