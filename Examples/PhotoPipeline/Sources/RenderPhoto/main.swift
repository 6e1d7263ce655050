// Renders a landscape at dusk and writes it to standard output as a PPM file.

import Foundation

let (width, height) = (3_000, 2_000)

/// One-dimensional noise from 0 to 1, interpolated between integers.
func noise(_ x: Double, _ seed: UInt64) -> Double {
    func value(_ position: Int) -> Double {
        var bits = UInt64(bitPattern: Int64(position)) &* 0x9e37_79b9_7f4a_7c15 ^ seed
        bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
        return Double((bits ^ bits >> 27) >> 40) / Double(1 << 24)
    }
    let floor = x.rounded(.down)
    let (position, part) = (Int(floor), x - floor)
    let smooth = part * part * (3 - 2 * part)
    return value(position) * (1 - smooth) + value(position + 1) * smooth
}

/// The height of a ridge at `x` as a fraction of the picture's height: noise in six octaves.
func ridge(_ x: Int, seed: UInt64, base: Double, roughness: Double) -> Double {
    var (height, scale, weight) = (base, 3.0, roughness)
    for octave in 0..<6 {
        height += (noise(Double(x) / Double(width) * scale, seed + UInt64(octave)) - 0.5) * weight
        (scale, weight) = (scale * 2.1, weight * 0.5)
    }
    return height
}

let ridges = [(11 as UInt64, 0.45, 0.30), (23, 0.30, 0.26), (37, 0.16, 0.20)].map { seed, base, roughness in
    (0..<width).map { ridge($0, seed: seed, base: base, roughness: roughness) }
}
let slopes = [(92.0, 84.0, 120.0), (52.0, 50.0, 84.0), (20.0, 22.0, 40.0)]

/// Film grain: a xorshift generator with a fixed seed, so every machine renders the same photo.
struct Grain {
    private var state: UInt64 = 0x2545_f491_4f6c_dd1d

    /// Returns the next deviation from a pixel's brightness, from -11 to 11.
    mutating func next() -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 40) / Double(1 << 24) * 22 - 11
    }
}

var grain = Grain()

let output = FileHandle.standardOutput
output.write(Data("P6\n\(width) \(height)\n255\n".utf8))
for row in 0..<height {
    let elevation = 1 - Double(row) / Double(height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * 3)
    for column in 0..<width {
        let (dx, dy) = (Double(column) / Double(width) - 0.66, (elevation - 0.62) * 0.66)
        let glow = 1 / (1 + 55 * (dx * dx + dy * dy).squareRoot())
        var color = (70 + 185 * (1 - elevation) + 160 * glow, 60 + 95 * (1 - elevation) + 130 * glow, 110 + 40 * glow)
        for (ridge, slope) in zip(ridges, slopes) where elevation < ridge[column] { color = slope }
        let light = grain.next()
        for value in [color.0, color.1, color.2] { pixels.append(UInt8(min(max(value + light, 0), 255))) }
    }
    output.write(Data(pixels))
}
