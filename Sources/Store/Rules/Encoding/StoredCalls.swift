package import Domain
import Primitives

extension APICalls {
    /// As a store has them: their JSON, or their number alone where an older version wrote it.
    package init(stored text: String?, total: Int) {
        guard let text, let json = try? JSON(parsing: text) else {
            self = [.other: total]
            return
        }
        self.init(json)
    }
}
