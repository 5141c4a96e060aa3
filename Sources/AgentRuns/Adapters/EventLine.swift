extension [UInt8] {
  /// Whether the line holds nothing but white space.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}
