import AgentRuns
import Foundation
import Git
import PairCore

/// Times what an agent's own git directory costs a run: what `Benchmarks/private-git.py` shows.
///
///     EncloseWorktree REPOSITORY FOLDER ROUNDS
///
/// Each round takes a worktree from a pool below FOLDER twice, with such a directory and without, in turn. Prints four
/// medians in milliseconds: making it, taking over what was done in it, giving the worktree back with it, and without.
@main
enum EncloseWorktree {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let rounds = Int(arguments[3]), rounds > 0 else {
      print("usage: EncloseWorktree REPOSITORY FOLDER ROUNDS")
      exit(2)
    }
    let environment = ProcessInfo.processInfo.environment
    let repository = try Repository(containing: arguments[1])
    let git = GitCommand(environment: environment)
    let pool = WorktreePool(
      root: arguments[2], commonDirectory: repository.commonDirectory, git: git, settings: "benchmark",
      now: { Timestamp(secondsSince1970: 0) }, effects: .open)
    let (task, base) = (try TaskID("T-1"), try repository.commit(named: "HEAD"))
    var times: [[Double]] = [[], [], [], []]
    for round in 0..<rounds {
      let run = RunID(start: Timestamp(secondsSince1970: Int64(round)), random: 1)
      let plain = try await pool.acquire(for: task, run: run, at: base)
      try await times[3].append(milliseconds { try await pool.release(plain, limit: 2, keepsIgnored: false) })
      let worktree = try await pool.acquire(for: task, run: run, at: base)
      var enclosed = worktree
      try await times[0].append(
        milliseconds {
          enclosed = try await worktree.enclosed(for: run, in: repository, git: git, effects: .open)
        })
      try await times[1].append(
        milliseconds {
          _ = try await AgentGit.take(from: enclosed, of: run, into: repository, git: git, effects: .open)
        })
      try await times[2].append(
        milliseconds { try await pool.release(enclosed, limit: 2, keepsIgnored: false) })
      let anchor = PrivateGit.anchor(of: run)
      if let tip = try repository.ref(anchor) { try repository.deleteRef(anchor, expecting: tip) }
    }
    print(times.map { $0.sorted()[$0.count / 2].fixed(digits: 2) }.joined(separator: " "))
  }

  private static func milliseconds(_ work: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await work()
    return (ContinuousClock.now - start).inSeconds * 1000
  }
}
