import Git
import Host
import PairCore

/// Puts in order what full disks and `git gc --prune=now` beside a writer leave of a log: it gets the longest
/// history that is whole, with what can still be read of the later commits put on top. Only objects that are
/// proved to be missing or damaged are given up; an error that may pass ends the mending.
struct LogMending {
  private let log: RefLog
  private let head: ObjectID
  private var check = WholenessCheck()
  /// The log as it can be read, oldest first.
  private let steps: [RefLog.Step]
  /// The longest whole history, oldest first.
  private var base: [ObjectID] = []

  init(of log: RefLog, at head: ObjectID, in repository: borrowing Repository) throws {
    self.log = log
    self.head = head
    steps = try log.steps(from: head, in: repository).reversed()
    guard steps.first?.commit != nil else {
      base = try longestWhole(in: repository)
      return
    }
    for step in steps {
      guard try check.isWhole(step.id, in: repository) else { break }
      base.append(step.id)
    }
  }

  var isNeeded: Bool { base.last != head }

  /// Whether it keeps more of the same log than `other` does; nil keeps nothing.
  func saves(moreThan other: LogMending?) -> Bool {
    guard let other, other.head == head else { return true }
    return base.count > other.base.count
  }

  /// Whether waiting may do: what is lost is not there at all, so its writer may be writing it again.
  func mayPass(in repository: borrowing Repository) -> Bool {
    lost.contains { ObjectFiles.hasNoFile($0, in: repository) }
  }

  private var lost: Set<ObjectID> {
    check.lost.union(steps.first.flatMap { $0.commit == nil ? [$0.id] : nil } ?? [])
  }

  /// Returns what was done, in a sentence; an error of kind `modified` when the ref moved meanwhile.
  func perform(in repository: borrowing Repository, by signature: Signature) throws -> String {
    var check = check
    for id in lost { try ObjectFiles.setAside(id, in: repository) }
    let known = Set(base)
    var (tip, saved, lost) = (base.last, 0, Set<String>())
    for step in steps where !known.contains(step.id) {
      guard let commit = step.commit, log.owns(commit.message) else { continue }
      let tree: ObjectID
      (tree, lost) = try check.salvage(step.id, onto: tip, in: repository)
      let author = Signature(name: signature.name, email: signature.email, time: commit.time)
      let others = try check.otherParents(of: step.id, in: repository)
      if tip == nil, !others.isEmpty { tip = try log.start(in: repository, by: signature) }
      tip = try repository.writeCommit(
        tree: tree, parents: (tip.map { [$0] } ?? []) + others, author: author, committer: signature,
        message: commit.message)
      saved += 1
    }
    let kept = try keepHead(tip, at: signature.time, in: repository)
    if let tip {
      try repository.swapRef(log.ref, from: head, to: tip, because: "mended")
    } else {
      try repository.deleteRef(log.ref, expecting: head)
    }
    let files = lost.isEmpty ? "" : "; lost with them: \(lost.sorted().joined(separator: ", "))"
    return
      "\(log.name) could not be read to its beginning (\(head.short)); it goes on from \(base.count) of its events, and \(saved) later ones\(files). Its old head is noted in \(kept)"
  }

  /// The longest history that is whole and ends in a commit of this log, oldest first, reachable or not.
  private mutating func longestWhole(in repository: borrowing Repository) throws -> [ObjectID] {
    let tips = try repository.commits { [log] in log.owns($0.message) }
    var lengths: [ObjectID: Int] = [:]  // 0: not whole.
    var best: (tip: ObjectID, length: Int)?
    for tip in tips {
      var line: [ObjectID] = []
      var (next, length): (ObjectID?, Int) = (tip, 0)
      while let id = next {
        if let found = lengths[id] {
          (length, next) = (found, found == 0 ? id : nil)
          break
        }
        guard try check.isWhole(id, in: repository) else { break }
        let commit = try repository.record(of: id)
        guard log.holds(commit) else { break }
        line.append(id)
        next = commit.parent
      }
      // `next` is left where the history breaks off.
      for id in line.reversed() {
        length = next == nil ? length + 1 : 0
        lengths[id] = length
      }
      if let id = next, line.isEmpty { lengths[id] = 0 }
      if let length = lengths[tip], length > best?.length ?? 0 { best = (tip, length) }
    }
    guard let best else { return [] }
    return try log.steps(from: best.tip, in: repository).map(\.id).reversed()
  }

  /// Notes the old head in a file, and returns its path: under a ref, what it misses would break every `git
  /// gc`.
  private func keepHead(
    _ new: ObjectID?, at now: Timestamp, in repository: borrowing Repository
  ) throws -> String {
    let path = repository.stateFolder + "/mended/" + log.ref
    let line = "\(now) \(head) replaced by \(new?.hex ?? "nothing")\n"
    var text = try Files.read(path) ?? []
    text += Array(line.utf8)
    try Files.makeFolder(above: path, effects: repository.effects)
    try AtomicFile.replace(path, with: text, effects: repository.effects)
    return path
  }
}
