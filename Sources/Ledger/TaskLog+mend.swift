package import Git
import PairCore

/// What full disks and `git gc --prune=now` beside a writer leave of a log.
extension TaskLog {
  /// Gives the log the longest history that is whole, with the events that can still be read put on top of it. The
  /// caller holds the task's lease.
  ///
  /// The old head cannot be kept under a ref: what it misses would break every `git gc` of the user's.
  ///
  /// - Returns: what was done, one sentence each; empty when all was well.
  package func mend(in repository: borrowing Repository, by signature: Signature) throws -> [String] {
    guard let head = try repository.ref(ref) else { return [] }
    let entries = entries(from: head, in: repository)
    var isWhole = true
    for entry in entries where isWhole { isWhole = try entry.at != nil && repository.isWhole(entry.id) }
    if isWhole { return [] }
    let mark = "PairCoder-Task: \(task)"
    let candidates = try repository.commits { message in message.contains(mark) }
    var base: [ObjectID] = []
    for candidate in candidates {
      let found = try whole(candidate, in: repository)
      if found.count > base.count { base = found }
    }
    var tip = base.last
    var saved = 0
    for entry in entries where !base.contains(entry.id) {
      // What cannot be read is what is left out.
      guard entry.event != nil, let record = try? repository.record(of: entry.id) else { continue }
      let files = try? repository.tree(of: entry.id)  // As above.
      let tree: ObjectID =
        if let files, try repository.isWhole(entry.id) {
          files
        } else if let tip {
          try repository.tree(of: tip)
        } else {
          try repository.writeTree(on: nil, putting: [])
        }
      let author = Signature(name: signature.name, email: signature.email, time: record.time)
      tip = try repository.writeCommit(
        tree: tree, parents: tip.map { [$0] } ?? [], author: author, committer: signature,
        message: record.message)
      saved += 1
    }
    if let tip {
      try repository.swapRef(ref, from: head, to: tip, because: "mended")
    } else {
      try repository.deleteRef(ref, expecting: head)
    }
    return [
      "the log of \(task) could not be read to its beginning (\(head.short)); it goes on from \(base.count) of its events, and \(saved) later ones"
    ]
  }

  /// The log that ends in `commit`, oldest first; empty when part of it is missing.
  private func whole(_ commit: ObjectID, in repository: borrowing Repository) throws -> [ObjectID] {
    let entries = entries(from: commit, in: repository)
    for entry in entries where try entry.event?.task != task || !repository.isWhole(entry.id) { return [] }
    return entries.map(\.id)
  }
}
