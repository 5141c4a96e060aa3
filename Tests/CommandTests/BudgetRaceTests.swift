import Foundation
import TestSupport
import Testing

/// Several processes at once that share one limit.
@Suite struct BudgetRaceTests {
  private static let count = 12

  /// A repository with twelve tasks of $0.45 each, and a limit that leaves room for two of them.
  private func repository(_ script: String) throws -> ScratchRepository {
    let repository = try ScratchRepository.with()
    for number in 1...BudgetRaceTests.count {
      let task = TaskText(
        "TASK-\(number)", fields: ["type: feature", "complexity: 75"], body: "# Description\n\nGreet.")
      try repository.write(task.path, task.text)
    }
    try repository.write(".paircoder/config.yaml", "orchestrate:\n  budget: {daily: 1.00}\n")
    try repository.write(
      ".paircoder/capabilities.yaml",
      "agents:\n  claude-code:\n    prices: {default: {input: 100, cached: 10, output: 500}}\n")
    try repository.commit()
    try repository.install(claude: script)
    return repository
  }

  /// What was reserved and settled after each change of the budget, in millionths of a dollar; `over` is how much
  /// of it was recorded as over what was allowed.
  private func history(_ repository: ScratchRepository) throws -> [(used: Int, over: Int)] {
    func millionths(_ line: Substring, _ field: Int) throws -> Int {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      return try #require(Int(fields[field].replacing(".", with: "")))
    }
    let commits = try repository.git(["rev-list", "--reverse", "refs/paircoder/budget"])
    return try commits.split(separator: "\n").map { commit in
      var (used, over) = (0, 0)
      for path in try repository.git(["ls-tree", "-r", "--name-only", "\(commit)"]).split(separator: "\n")
      where path.hasSuffix(".tsv") {
        for line in try repository.text(of: String(path), at: "\(commit)").split(separator: "\n") {
          used += try millionths(line, path == "open.tsv" ? 4 : 8)
          if path != "open.tsv" { over += try millionths(line, 10) }
        }
      }
      return (used, over)
    }
  }

  /// - Parameter status: how the two end that there is room for.
  @Test(arguments: [
    ("echo hello > hello.txt; sleep 1; finish 0.30", 0),
    // More than was reserved: both ask for more while they work, and are stopped.
    ("for n in 1 2 3 4; do use $n; sleep 0.3; done; exec sleep 60", 1),
  ])
  func `at no time is more reserved and settled than the limit`(script: String, status: Int32) throws {
    let repository = try repository(script)
    let before = try repository.userState()
    let runs = try (1...BudgetRaceTests.count).map {
      try repository.startPair("orchestrate", "--task", "TASK-\($0)", "--agent", "claude")
    }
    let ends = try runs.map { try $0.wait() }
    #expect(
      ends.map(\.status).sorted()
        == [status, status] + Array(repeating: 75, count: BudgetRaceTests.count - 2), "\(ends)")
    for end in ends where end.status == 75 {
      #expect(end.errors.contains(", and the daily limit of $1.00 leaves $"), "\(end)")
    }
    let history = try history(repository)
    #expect(history.count >= 4)
    #expect(history.map(\.used).max() ?? 0 > 890_000)
    for (used, over) in history { #expect(used - over <= 1_000_000) }
    if status == 0 { #expect(history.allSatisfy { $0.over == 0 }) }
    #expect(try repository.text(of: "open.tsv", at: "refs/paircoder/budget") == "")
    try repository.expectUserState(before)
  }
}
