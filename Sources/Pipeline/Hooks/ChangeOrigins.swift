import Git
import Host
import PairCore

/// Who brought the texts that a branch got since it was last seen.
struct ChangeOrigins {
  /// More than this many commits at once did not come from one person's work here.
  private static let limit = 2_000

  private let commits: [ObjectID]
  /// Those that no other repository is known to have.
  private let own: Set<ObjectID>

  /// - Parameters:
  ///   - since: nil where all of the history is new.
  ///   - old: commits that were there when the hooks were installed.
  ///   - foreign: commits that others made, besides those that were fetched.
  ///   - isOwn: whether all of it was made here, as far as hooks know.
  init(
    since: ObjectID?, to tip: ObjectID, old: [ObjectID], foreign: [ObjectID], isOwn: Bool,
    in repository: borrowing Repository
  ) throws {
    let seen = (since.map { [$0] } ?? []) + old
    commits = try repository.commits(from: [tip], hiding: seen, limit: ChangeOrigins.limit)
    own =
      isOwn
      ? Set(commits)
      : Set(
        try repository.commits(
          from: [tip], hiding: seen + foreign + ChangeOrigins.foreignTips(in: repository),
          limit: ChangeOrigins.limit))
  }

  /// Who brought `blob` to `path`: whoever made the latest commit that put it there.
  func origin(of blob: ObjectID, at path: String, in repository: borrowing Repository) throws
    -> ChangedTask.Origin
  {
    // A name that is not UTF-8 cannot be looked up by what is left of it: it goes by the latest commit.
    if path.unicodeScalars.contains("\u{FFFD}") {
      return commits.first.map { own.contains($0) ? .here : .elsewhere } ?? .elsewhere
    }
    for id in commits {
      let commit = try repository.commit(id)
      guard try repository.entry(at: path, in: commit.tree)?.id == blob else { continue }
      let isOld = try commit.parents.contains {
        try repository.exists($0) && repository.entry(at: path, in: repository.tree(of: $0))?.id == blob
      }
      if isOld { continue }
      if ChangeOrigins.isAgents(commit) { return .agent }
      guard own.contains(id) else { return .elsewhere }
      return try isOnResult(blob, at: path, in: repository) ? .agent : .here
    }
    return commits.count == ChangeOrigins.limit ? .elsewhere : .nobody
  }

  private static func isAgents(_ commit: Commit) -> Bool {
    Trailers(readFrom: commit.message)["PairCoder-Run"] != nil
  }

  /// Whether an agent brought `blob` on a result's branch: who merges that as one commit leaves no trailer.
  private func isOnResult(_ blob: ObjectID, at path: String, in repository: borrowing Repository) throws
    -> Bool
  {
    for tip in try repository.refs(under: "refs/heads/" + BranchName.prefix).values {
      var commit = try repository.commit(tip)
      guard try repository.entry(at: path, in: commit.tree)?.id == blob else { continue }
      while ChangeOrigins.isAgents(commit), let parent = commit.parents.first, try repository.exists(parent) {
        let before = try repository.commit(parent)
        if try repository.entry(at: path, in: before.tree)?.id != blob { return true }
        commit = before
      }
    }
    return false
  }

  /// What was fetched: the remotes' branches, and what `git pull` of an address leaves in FETCH_HEAD.
  private static func foreignTips(in repository: borrowing Repository) throws -> [ObjectID] {
    var tips = Set(try repository.refs(under: "refs/remotes/").values)
    if let bytes = try Files.read(repository.gitDirectory + "/FETCH_HEAD", limitInBytes: 1 << 20) {
      for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
        if let id = ObjectID(String(line.prefix(40))) { tips.insert(id) }
      }
    }
    return Array(tips)
  }
}
