import AgentRuns
import Git
import Host
import Ledger
import PairCore

/// Where runs keep their private files: a folder each, in it one for each attempt.
package final class RunFolders: StatelessRoom {
  var all: String { repository.stateFolder + "/runs" }

  func folder(of run: RunID) -> String { "\(all)/\(run)" }

  func make(_ name: String, of run: RunID) throws -> String {
    let path = "\(folder(of: run))/\(name)"
    try Files.makeFolder(path, mode: 0o700, effects: process.effects)
    return path
  }

  func last(of run: RunID, _ agent: AgentName) throws -> String? {
    let names = try DirectoryWalk.list(folder(of: run)).map(\.name).filter { $0.hasSuffix("-\(agent)") }
    let last = names.max { Int($0.prefix { $0 != "-" }) ?? 0 < Int($1.prefix { $0 != "-" }) ?? 0 }
    return last.map { "\(folder(of: run))/\($0)" }
  }

  /// What an agent said in its last attempt in a dead run, of its session only the part of the run's
  /// `assignment`. Nil where that cannot be read: an estimate, or a new session, has to do then.
  func report(
    ofDead run: RunID, _ adapter: any AgentAdapter, _ assignment: Assignment?
  ) throws -> AgentReport? {
    guard let folder = try last(of: run, adapter.name) else { return nil }
    let session = assignment?.agent == adapter.name ? assignment?.session : nil
    let report = try? AgentRun.report(
      ofDead: adapter, resuming: session, in: folder, environment: process.environment)
    return report ?? nil
  }

  /// What the processes of a run find in their environment.
  static func marks(of run: RunID, for task: TaskID) -> [String: String] {
    ["PAIRCODER_TASK": task.text, ProcessTraces.variable: run.text]
  }

}

// Files that take room.
extension RunFolders {
  /// The private files of runs that are old.
  package struct Old: Hashable, Sendable {
    fileprivate let folders: [String]
    package let sizeInBytes: Int
    package var count: Int { folders.count }
  }

  /// After this long the files of a run can go: its task's log holds what it came to.
  package static let daysKept = 30

  /// The runs whose files can go: begun long ago, and not under way.
  package func old() throws -> Old {
    let age = Int64(RunFolders.daysKept) * 86_400
    let latest = Timestamp(secondsSince1970: process.now().secondsSince1970 - age).compact
    // A run's id begins with the time of its start.
    let old = try DirectoryWalk.list(all).filter { $0.kind == .folder && $0.name < latest }.map(\.name)
    if old.isEmpty { return Old(folders: [], sizeInBytes: 0) }
    let underWay = Set(try Ledger.states(in: repository).values.filter(\.isUnderWay).compactMap(\.run?.text))
    let folders = old.filter { RunID($0) != nil && !underWay.contains($0) }.map { "\(all)/\($0)" }
    return Old(
      folders: folders, sizeInBytes: try folders.reduce(0) { $0 + (try DirectoryWalk.diskUse(of: $1)) })
  }

  /// Removes the files of `runs`: prompts, transcripts, the output of checks.
  package func remove(_ runs: Old) throws {
    for folder in runs.folders { try DirectoryWalk.removeTree(folder, effects: process.effects) }
  }
}
