import Foundation
import PairCore
import TestSupport
import Testing

@testable import Pipeline

@Suite struct StaleLockTests {
  /// What is said of locks when it is `seconds` from now.
  private func found(in scratch: ScratchRepository, after seconds: Int64) throws -> [Diagnosis] {
    let now = Int64(Date().timeIntervalSince1970) + seconds
    let process = ProcessContext.of(scratch, now: Timestamp(secondsSince1970: now))
    return RepositoryDiagnosis(try Workspace(process)).all().filter { $0.topic == "locks" }
  }

  @Test func `a lock counts as left behind after a minute`() throws {
    let scratch = try ScratchRepository()
    try scratch.write(".git/refs/paircoder/tasks/T-1.lock", "")
    try scratch.write(".git/packed-refs.lock", "")
    try scratch.write(".git/refs/heads/main.lock", "")  // The user's own.
    #expect(try found(in: scratch, after: 30).map(\.level) == [.ok])
    let stale = try found(in: scratch, after: 120)
    #expect(stale.map(\.level) == [.problem, .problem])
    #expect(stale[0].remedy?.hasSuffix("rm '\(scratch.path)/.git/refs/paircoder/tasks/T-1.lock'") == true)
  }
}
