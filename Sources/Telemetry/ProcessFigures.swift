import Glibc

/// What the kernel says of this process, by the names that every collector's dashboards know.
package enum ProcessFigures {
    /// Those that `/proc` tells; none elsewhere.
    package static func families() -> [MetricFamily] {
        var families: [MetricFamily] = []
        if let usage = cpuSeconds() {
            families.append(
                MetricFamily("process_cpu_seconds", .counter, "User and system CPU time.", [.init([], usage)])
            )
        }
        if let bytes = residentBytes() {
            families.append(.gauge("process_resident_memory_bytes", "Resident memory.", [.init([], Double(bytes))]))
        }
        if let open = openDescriptors() {
            families.append(.gauge("process_open_fds", "Open file descriptors.", [.init([], Double(open))]))
        }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur != .max {
            families.append(
                .gauge("process_max_fds", "File descriptors allowed.", [.init([], Double(limit.rlim_cur))])
            )
        }
        return families
    }

    private static func cpuSeconds() -> Double? {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The second figure of `/proc/self/statm`, in pages.
    private static func residentBytes() -> Int? {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard unsafe fgets(&line, CInt(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let figures = text.split(separator: " ")
        guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
        return pages * sysconf(CInt(_SC_PAGESIZE))
    }

    private static func openDescriptors() -> Int? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Itself, and the two names that every directory has.
        return max(0, count - 3)
    }
}
