import Foundation
import Testing

@testable import bpsai_pair

/// Lines for a reader that may stall.
@Suite struct LineWriterTests {
  /// A pipe that this test reads when it likes to.
  private final class Line {
    let ends: [Int32]
    init() throws {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      self.ends = ends
    }
    deinit { for end in ends { close(end) } }

    /// Reads until the line `last` came.
    func read(through last: String) -> [String] {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while !String(decoding: bytes, as: UTF8.self).hasSuffix(last + "\n") {
        let count = Foundation.read(ends[0], &buffer, buffer.count)
        if count <= 0 { break }
        bytes += buffer[..<count]
      }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }

  @Test func `what is read is there when it was said, in order`() throws {
    let line = try Line()
    let writer = LineWriter(to: line.ends[1])
    for number in 1...100 {
      writer.write("line \(number)")
      #expect(writer.flush(within: .zero))
    }
    #expect(line.read(through: "line 100") == (1...100).map { "line \($0)" })
  }

  @Test func `a reader that stalls holds up nothing, and is told how much it missed`() throws {
    let line = try Line()
    let writer = LineWriter(to: line.ends[1], limitInBytes: 10_000, patience: .milliseconds(100))
    let start = ContinuousClock.now
    let words = String(repeating: "x", count: 1_000)
    for number in 1...10_000 { writer.write("\(number) \(words)") }
    #expect(!writer.flush(within: .milliseconds(10)))
    #expect(ContinuousClock.now - start < .seconds(20))

    let told = line.read(through: "10000 \(words)")
    let note = try #require(told.firstIndex { $0.hasPrefix("(") })
    let before = told[..<note].compactMap { Int($0.prefix { $0 != " " }) }
    let after = told[(note + 1)...].compactMap { Int($0.prefix { $0 != " " }) }
    #expect(before == Array(1...before.count))
    #expect(after == Array((10_001 - after.count)...10_000))
    #expect(
      told[note]
        == "(\(10_000 - before.count - after.count) lines are left out: they were not read in time)")

    // It has caught up, so that it gets everything again.
    #expect(writer.flush(within: .seconds(10)))
    writer.write("last")
    #expect(writer.flush(within: .zero))
    #expect(line.read(through: "last") == ["last"])
  }

  @Test func `where there is no reader, lines go nowhere`() throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let writer = LineWriter(to: full)
    for _ in 0..<1_000 { writer.write("lost") }
    #expect(writer.flush(within: .seconds(10)))
  }
}
