import TestSupport
import Testing

/// What one run reads, as `BPSAI_PAIR_TRACE=reads` tells.
@Suite struct ReadCountTests {
  @Test func `a run parses each file once and walks its log twice at most`() throws {
    let repository = try ScratchRepository.with(TaskText("TASK-1", recipe: "echo hello > hello.txt"))
    try repository.write(
      ".paircoder/config.yaml", "orchestrate:\n  checks:\n    - {name: tests, run: test -e hello.txt}\n")
    try repository.write(".paircoder/capabilities.yaml", "agents: {}\n")
    try repository.commit("Settings")
    try repository.pair("trust", "--from", "HEAD", touching: .nothing)
    for _ in 1...2 {
      let run = try repository.pair(
        "orchestrate", "--task", "TASK-1", "--again", environment: ["BPSAI_PAIR_TRACE": "reads"])
      let reads = run.errors.split(separator: "\n").filter { $0.hasPrefix("read: ") }
      let counts = Dictionary(reads.map { ($0, 1) }, uniquingKeysWith: +)
      #expect(counts.keys.contains("read: parse .paircoder/config.yaml"))
      #expect(counts.keys.contains("read: log walk TASK-1"))
      for (what, count) in counts {
        #expect(count <= (what.hasPrefix("read: log walk") ? 2 : 1), "\(what): \(count) times")
      }
    }
  }
}
