import Glibc
import Themes

extension RGB {
    /// The contrast ratio of WCAG 2, from 1 (none) to 21 (black on white); letters want 4.5.
    func contrast(with other: RGB) -> Double {
        let brighter = max(luminance, other.luminance)
        let darker = min(luminance, other.luminance)
        return (brighter + 0.05) / (darker + 0.05)
    }

    /// The colour as someone without green cones sees it (Machado, Oliveira and Fernandes 2009, severity 1).
    var seenWithDeuteranopia: RGB {
        let (r, g, b) = (Self.linear(red), Self.linear(green), Self.linear(blue))
        return RGB(
            Self.encoded(0.367322 * r + 0.860646 * g - 0.227968 * b),
            Self.encoded(0.280085 * r + 0.672501 * g + 0.047413 * b),
            Self.encoded(-0.011820 * r + 0.042940 * g + 0.968881 * b)
        )
    }

    /// How different two colours look, as the distance in OKLab; above 0.1 they are told apart at a glance.
    func difference(from other: RGB) -> Double {
        let (a, b) = (oklab, other.oklab)
        return ((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1) + (a.2 - b.2) * (a.2 - b.2)).squareRoot()
    }

    private var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private var oklab: (Double, Double, Double) {
        let (r, g, b) = (Self.linear(red), Self.linear(green), Self.linear(blue))
        let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
        let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
        let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
        return (
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
        )
    }

    private static func linear(_ channel: UInt8) -> Double {
        let value = Double(channel) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }

    private static func encoded(_ linear: Double) -> UInt8 {
        let bounded = min(1, max(0, linear))
        let value = bounded <= 0.0031308 ? bounded * 12.92 : 1.055 * pow(bounded, 1 / 2.4) - 0.055
        return UInt8((value * 255).rounded())
    }
}
