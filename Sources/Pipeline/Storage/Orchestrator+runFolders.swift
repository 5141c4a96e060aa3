import Host
import Ledger
import PairCore

extension Orchestrator {
  /// The private files of runs that nobody is likely to look at any more.
  package struct OldRuns: Hashable, Sendable {
    fileprivate let folders: [String]
    package let sizeInBytes: Int
    package var count: Int { folders.count }
  }

  /// After this long the files of a run can go: what it came to stands in its task's log.
  package static let daysThatRunsAreKept = 30

  /// The runs whose files can go: begun long ago, and not under way.
  package func oldRuns() throws -> OldRuns {
    let age = Int64(Orchestrator.daysThatRunsAreKept) * 86_400
    let latest = Timestamp(secondsSince1970: process.now().secondsSince1970 - age).compact
    // A run's id begins with the time of its start.
    let old = try Files.list(runsFolder).filter { $0.kind == .folder && $0.name < latest }.map(\.name)
    if old.isEmpty { return OldRuns(folders: [], sizeInBytes: 0) }
    let underWay = Set(try Ledger.states(in: repository).values.filter(\.isUnderWay).compactMap(\.run?.text))
    let folders = old.filter { RunID($0) != nil && !underWay.contains($0) }.map { "\(runsFolder)/\($0)" }
    return OldRuns(
      folders: folders, sizeInBytes: try folders.reduce(0) { $0 + (try Files.diskUse(of: $1)) })
  }

  /// Removes the files of `runs`: prompts, transcripts, the output of checks.
  package func remove(_ runs: OldRuns) throws {
    for folder in runs.folders { try Files.removeTree(folder, effects: process.effects) }
  }

  /// Files of runs that take more room than `limitInBytes`.
  func diagnoseRuns(limitInBytes: Int = 1 << 30) throws -> [Diagnosis] {
    let size = try Files.diskUse(of: runsFolder)
    if size <= limitInBytes { return [] }
    let old = try oldRuns()
    return [
      Diagnosis(
        "runs", .note, "prompts and transcripts take \(gibibytes(size)) in \(runsFolder)",
        remedy: old.count == 0
          ? "None is older than \(Orchestrator.daysThatRunsAreKept) days; remove by hand what you do not need."
          : "\(gibibytes(old.sizeInBytes)) are older than \(Orchestrator.daysThatRunsAreKept) days: bpsai-pair worktree clean"
      )
    ]
  }

  private func gibibytes(_ bytes: Int) -> String {
    "\((Double(bytes) / Double(1 << 30)).fixed(digits: 1)) GiB"
  }
}
