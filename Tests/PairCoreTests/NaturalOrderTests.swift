import PairCore
import TestSupport
import Testing

@Suite struct NaturalOrderTests {
  @Test(
    arguments: [
      ("T29.9", "T29.10"), ("T29.2", "T29.2.9"), ("T29.2.9", "T29.9"), ("TASK-2", "TASK-10"), ("a", "b"),
      ("", "a"), ("9", "10"), ("a9z", "a10a"), ("1.2", "1.10"), ("x007", "x8"), ("a01", "a1"),
      ("99999999999999999998", "99999999999999999999"), ("2", "10000000000000000000000"),
    ])
  func `runs of digits count as numbers`(_ smaller: String, _ larger: String) {
    #expect(smaller.orderedNaturally(before: larger))
    #expect(!larger.orderedNaturally(before: smaller))
  }

  @Test(arguments: ["", "a", "T29.10", "007"])
  func `no text comes before itself`(_ text: String) {
    #expect(!text.orderedNaturally(before: text))
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `the order is a total one`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func word() -> String {
      String((0..<Int.random(in: 0...5, using: &random)).map { _ in "019a.-".randomElement(using: &random)! })
    }
    for _ in 0..<300 {
      let (a, b, c) = (word(), word(), word())
      if a != b { #expect(a.orderedNaturally(before: b) != b.orderedNaturally(before: a), "\(a) \(b)") }
      if a.orderedNaturally(before: b), b.orderedNaturally(before: c) {
        #expect(a.orderedNaturally(before: c), "\(a) \(b) \(c)")
      }
    }
  }
}
