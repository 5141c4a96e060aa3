/// A set of places in a list, a bit each.
package struct PlaceSet: Hashable, Sendable {
  private var words: [UInt64]

  /// An empty set of places below `count`.
  package init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  /// The lowest place.
  var first: Int? { words.firstIndex { $0 != 0 }.map { $0 * 64 + words[$0].trailingZeroBitCount } }

  package func contains(_ place: Int) -> Bool { words[place / 64] & (1 << UInt64(place % 64)) != 0 }

  mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

  mutating func remove(_ place: Int) { words[place / 64] &= ~(1 << UInt64(place % 64)) }

  /// Adds what is in `other`, a set of places below the same number.
  mutating func formUnion(_ other: PlaceSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }
}
