import Foundation
import Glibc

/// Takes files out of the kernel's cache, so that the next read of them comes from the disk.
enum ColdFile {
    static func drop(_ directory: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let file = unsafe open("\(directory)/\(name)", O_RDONLY)
            guard file >= 0 else { continue }
            fsync(file)
            posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)
            close(file)
        }
    }
}
