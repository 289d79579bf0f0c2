import Drawing
import Primitives

extension DisplayText {
    /// A field's JSON text as a person reads it; absent and null are a dash.
    init(fieldValue raw: String?, limit: Int = DisplayText.limit) {
        guard let raw, raw != "null" else {
            self = "—"
            return
        }
        if raw.first == "\"", let text = (try? JSON(parsing: raw))?.string {
            self = text.isEmpty ? "\"\"" : DisplayText(text, limit: limit)
        } else {
            self = DisplayText(raw, limit: limit)
        }
    }
}
