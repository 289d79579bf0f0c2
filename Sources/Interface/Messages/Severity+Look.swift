import Drawing

extension Severity {
    var role: StyleRole {
        switch self {
        case .info: .statusInfo
        case .success: .statusOK
        case .warning: .statusWarn
        case .failure: .statusFail
        }
    }

    var surface: StyleRole {
        switch self {
        case .info, .success: .toastInfo
        case .warning: .toastWarn
        case .failure: .toastFail
        }
    }

    func glyph(_ glyphs: Glyphs) -> DisplayText {
        switch self {
        case .info: glyphs.info
        case .success: glyphs.success
        case .warning: glyphs.warning
        case .failure: glyphs.failure
        }
    }
}
