import PairCore
import TestSupport
import Testing

@Suite struct CostShareTests {
  @Test(
    arguments: [
      // Alone, with all that is left, even where that is too little: then nobody can take it.
      (1.0, 0.4, [], false, 1.0), (0.1, 0.4, [], false, 0.1), (-0.1, 0.4, [], false, 0),
      // In proportion to what each is expected to cost.
      (3.0, 1.0, [2.0], false, 1.0), (3.0, 2.0, [1.0], false, 2.0), (8.0, 1.0, [1.0, 2.0], false, 2.0),
      // Those that do not fit start later.
      (3.0, 1.0, [2.5, 2.0, 0.5], false, 1.0), (1.0, 1.0, [0.5], false, 1.0),
      // Recipes cost nothing.
      (1.0, 0, [], false, 1.0), (1.0, 0, [0.5], false, 0), (0, 0, [], true, 0),
      // Beside others only where it fits.
      (0.3, 0.4, [], true, nil), (0.4, 0.4, [], true, 0.4),
      // What nobody knows.
      (1.0, nil, [], false, 1.0), (5.0, nil, [1.0, 2.0], false, 2.0), (3.0, 1.0, [nil], false, 1.5),
      (3.0, nil, [nil, 0], false, 1.5), (0.1, nil, [0.4], true, nil), (0, nil, [], true, nil),
    ] as [(Double, Double?, [Double?], Bool, Double?)])
  func `what is left is divided among those that start`(
    _ left: Double, _ estimate: Double?, _ others: [Double?], _ isAnyRunning: Bool, _ cap: Double?
  ) {
    #expect(
      CostShare.cap(left: left, estimate: estimate, others: others, isAnyRunning: isAnyRunning) == cap)
  }

  /// Starts tasks one after the other as a batch does; what they may cost together is never more than there is.
  @Test(arguments: 1...50 as ClosedRange<UInt64>)
  func `together they never may cost more than there is`(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limit = Double.random(in: 0...5, using: &random)
    var waiting = (0..<20).map { _ in Double.random(in: 0...1, using: &random) }
    var running: [Double] = []
    var spent = 0.0
    for _ in 0..<200 {
      let left = limit - spent - running.reduce(0, +)
      if running.count < 4, let next = waiting.first,
        let cap = CostShare.cap(
          left: left, estimate: next, others: Array(waiting.dropFirst().prefix(3 - running.count)),
          isAnyRunning: !running.isEmpty)
      {
        waiting.removeFirst()
        running.append(cap)
      } else if let cap = running.popLast() {
        spent += Double.random(in: 0...1, using: &random) * cap
      }
      #expect(spent + running.reduce(0, +) <= limit + 1e-9)
    }
    #expect(waiting.isEmpty)
  }
}
