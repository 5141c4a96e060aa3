import Git
import AgentRuns
import Host
import PairCore

/// Says whether pairs of commits will conflict, as `git merge-tree --write-tree` does, and changes nothing:
/// where the paths alone do not prove a clean merge, git merges into a folder that is thrown away.
struct MergeForecaster {
  let workspace: Workspace
  private(set) var changes: [MergePair: PathChanges] = [:]
  private(set) var parents: [ObjectID: [ObjectID]] = [:]
  private(set) var mergedCount = 0

  mutating func verdicts(on pairs: [MergePair]) async throws -> [ConflictForecast.Verdict] {
    var verdicts: [ConflictForecast.Verdict] = []
    var open: [Int] = []
    let isPlain = try workspace.repository.seesHistoryAsGitDoes()
    for (index, pair) in pairs.enumerated() {
      let verdict = try isPlain ? quickVerdict(on: pair) : nil
      if verdict == nil { open.append(index) }
      verdicts.append(verdict ?? .clean)
    }
    if open.isEmpty { return verdicts }
    mergedCount += open.count
    let found = try await ScratchObjects.with(workspace) { place in
      try await MergeForecaster.verdicts(on: open.map { pairs[$0] }, by: workspace.git, at: place)
    }
    for (index, verdict) in zip(open, found) { verdicts[index] = verdict }
    return verdicts
  }

  /// Those of `pairs` that will conflict, in order.
  mutating func conflicts(
    between pairs: [(ConflictForecast.Side, ConflictForecast.Side)]
  ) async throws -> [ConflictForecast] {
    let verdicts = try await verdicts(on: pairs.map { MergePair($0.0.commit, $0.1.commit) })
    return zip(pairs, verdicts).compactMap { ConflictForecast($0.0, $0.1, $1) }
  }

  /// Git's verdicts. It gives up at the first pair that it fails at (git 2.39 does so at an assertion of its own
  /// where files of two kinds meet), and the others are asked about again.
  private static func verdicts(
    on pairs: [MergePair], by git: GitCommand, at place: GitCommand.Place
  ) async throws -> [ConflictForecast.Verdict] {
    var verdicts: [ConflictForecast.Verdict] = []
    var waiting = [pairs[...]]
    while let next = waiting.popLast() {
      do {
        for merged in try await git.merge(Array(next), at: place) {
          verdicts.append(merged.isClean ? .clean : .conflict(merged.conflicts))
        }
      } catch let error as GitError {
        try Task.checkCancellation()  // Then it was git that an interrupt ended.
        if next.count == 1 {
          verdicts.append(.impossible(error.message))
        } else {
          let middle = next.startIndex + next.count / 2
          waiting += [next[middle...], next[..<middle]]
        }
      }
    }
    return verdicts
  }

  /// Nil where git has to try: paths that both changed, possible renames, several merge bases.
  private mutating func quickVerdict(on pair: MergePair) throws -> ConflictForecast.Verdict? {
    if pair.one == pair.other { return .clean }
    let bases = try bases(of: pair)
    guard let base = bases.first else { return .impossible("they have no commit in common") }
    guard bases.count == 1 else { return nil }
    let one = try changes(from: base, to: pair.one)
    let other = try changes(from: base, to: pair.other)
    return one.provablyMerges(with: other) ? .clean : nil
  }

  private mutating func bases(of pair: MergePair) throws -> [ObjectID] {
    // Most results were made of the same base, and nothing but it and what it stems from can be in both.
    let one = try parents(of: pair.one)
    if one.count == 1, try one == parents(of: pair.other) { return one }
    return try workspace.repository.mergeBases(of: pair.one, and: pair.other)
  }

  private mutating func parents(of commit: ObjectID) throws -> [ObjectID] {
    let found = try parents[commit] ?? workspace.repository.commit(commit).parents
    parents[commit] = found
    return found
  }

  private mutating func changes(from base: ObjectID, to commit: ObjectID) throws -> PathChanges {
    let key = MergePair(base, commit)
    let found = try changes[key] ?? workspace.repository.pathChanges(from: base, to: commit)
    changes[key] = found
    return found
  }
}

/// A place where git reads a repository's objects and writes into a folder that is thrown away afterwards, so that
/// looking ahead leaves nothing behind (gitrepository-layout(5): `objects/info/alternates`).
enum ScratchObjects {
  /// Calls `work` with such a place, and removes it.
  static func with<Value>(
    _ workspace: Workspace, _ work: (GitCommand.Place) async throws -> Value
  ) async throws -> Value {
    let (process, effects) = (workspace.process, workspace.process.effects)
    let parent = process.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    let folder = "\(parent)/bpsai-pair-\(String(process.random(), radix: 16))"
    let place = try workspace.mergePlace(objects: folder)
    try Files.makeFolder(folder + "/info", mode: 0o700, effects: effects)
    try AtomicFile.replace(
      folder + "/info/alternates", with: Array("\(workspace.repository.commonDirectory)/objects\n".utf8),
      effects: effects)
    return try await cleaningUp({ try DirectoryWalk.removeTree(folder, effects: effects) }) {
      try await work(place)
    }
  }
}
