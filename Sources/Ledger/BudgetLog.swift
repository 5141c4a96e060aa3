package import Git
package import PairCore

/// What is reserved and settled: `refs/paircoder/budget`, whose first-parent history is append-only. Each
/// commit is one reservation or settlement, a sentence in its message. Its tree holds `open.tsv`, the
/// reservations of runs that have not settled, `alerts`, the windows in which somebody was told, and
/// `YYYY-MM/DD/HH.tsv`, what was settled in that hour in UTC: so a commit adds small files only.
package struct BudgetLog: Sendable {
  package static let ref = "refs/paircoder/budget"

  package init() {}

  /// What was read.
  package struct Reading: Sendable {
    package let budget: Budget
    /// Lines that this version cannot read, as `file: line`.
    package let unreadable: [String]
    fileprivate let unreadableReservations: [String]
    /// Whether something of it is missing or damaged.
    fileprivate let isDamaged: Bool
  }

  package static let commits = RefLog(
    ref: ref, name: "the budget", owns: { Trailers(readFrom: $0)["PairCoder-Event"] == "budget" })

  /// The reservations, and what was settled in the month of `now`.
  package func read(from repository: borrowing Repository, at now: Timestamp) throws(GitError) -> Reading {
    try read(head: repository.ref(BudgetLog.ref), now, repository)
  }

  /// All that was settled since `start`; nil for since ever. Oldest first.
  package func settlements(
    since start: Timestamp?, in repository: borrowing Repository
  ) throws(GitError) -> (values: [Settlement], unreadable: [String]) {
    guard let head = try repository.ref(BudgetLog.ref) else { return ([], []) }
    var reader = TolerantReader()
    guard let tree = try reader.tree(of: head, in: repository) else { return ([], [BudgetLog.loss("/")]) }
    let first = start.map { BudgetLog.path(of: $0) } ?? ""
    let files = try reader.files(in: tree, in: repository).filter {
      $0.path.hasSuffix(".tsv") && $0.path.holds("/") && $0.path >= first
    }
    let read = try settlements(in: files, &reader, repository)
    return (
      read.values.filter { value in start.map { $0 <= value.at } ?? true },
      read.unreadable + reader.lost.map(BudgetLog.loss)
    )
  }

  /// Makes the change that `decide` makes to the present state; when another process was first, once more.
  ///
  /// - Parameters:
  ///   - random: makes each attempt's nonce.
  ///   - decide: changes the budget and returns the sentence that says how; nil changes nothing.
  package func change(
    in repository: borrowing Repository, by signature: Signature, at now: Timestamp, random: () -> UInt64,
    _ decide: (inout Budget) throws -> String?
  ) throws {
    var wasDamaged = false
    _ = try BudgetLog.commits.append(to: repository, by: signature) { head in
      let before = try read(head: head, now, repository)
      // What is damaged must not be written upon: the log is mended, and this is asked again.
      if before.isDamaged {
        wasDamaged = true
        throw GitError(.damaged, "reading \(BudgetLog.ref)")
      }
      var after = before.budget
      let isOutdated = wasDamaged && after.dropSettledReservations()
      guard let sentence = try decide(&after) ?? (isOutdated ? "reservations that were settled" : nil) else {
        return nil
      }
      try repository.effects.pass(.logAppend, "budget")
      let tree = try write(after, over: before, head: head, repository)
      var trailers = Trailers()
      trailers.add("PairCoder-Event", "budget")
      trailers.add("PairCoder-Nonce", String(random(), radix: 16))
      return RefLog.Draft(
        tree: tree, message: "\(sentence.onOneLine)\n\n\(trailers.text)\n", because: "budget")
    }
  }

  private func read(
    head: ObjectID?, _ now: Timestamp, _ repository: borrowing Repository
  ) throws(GitError) -> Reading {
    var reader = TolerantReader()
    guard let head, let tree = try reader.tree(of: head, in: repository) else {
      return Reading(
        budget: Budget(), unreadable: reader.lost.map(BudgetLog.loss), unreadableReservations: [],
        isDamaged: !reader.lost.isEmpty)
    }
    let files = try reader.files(in: tree, below: BudgetWindow(.month, at: now).name, in: repository)
    let settled = try settlements(in: files, &reader, repository)
    let open = BudgetText.reservations(
      try reader.bytes(at: BudgetLog.openPath, in: tree, in: repository) ?? [])
    let alerts = try reader.bytes(at: BudgetLog.alertsPath, in: tree, in: repository) ?? []
    return Reading(
      budget: Budget(
        reservations: open.values, settlements: settled.values,
        alerted: Set(String(decoding: alerts, as: UTF8.self).split(separator: "\n").map(String.init))),
      unreadable: settled.unreadable + open.unreadable.map { "\(BudgetLog.openPath): \($0)" }
        + reader.lost.map(BudgetLog.loss),
      unreadableReservations: open.unreadable, isDamaged: !reader.lost.isEmpty)
  }

  /// What the files say, oldest first.
  private func settlements(
    in files: [Repository.TreeEntry], _ reader: inout TolerantReader, _ repository: borrowing Repository
  ) throws(GitError) -> (values: [Settlement], unreadable: [String]) {
    var values: [Settlement] = []
    var unreadable: [String] = []
    for entry in files.sorted(by: { $0.path < $1.path }) {
      let parsed = BudgetText.settlements(try reader.bytes(of: entry, in: repository) ?? [])
      values += parsed.values
      unreadable += parsed.unreadable.map { "\(entry.path): \($0)" }
    }
    return (values, unreadable)
  }

  private static func loss(_ path: String) -> String { "\(path): missing or damaged" }

  private func write(
    _ after: Budget, over before: Reading, head: ObjectID?, _ repository: borrowing Repository
  ) throws -> ObjectID {
    let base = try head.map { try repository.tree(of: $0) }
    var files: [String: [UInt8]] = [:]
    if after.reservations != before.budget.reservations || base == nil {
      let lines = after.reservations.map(BudgetText.line) + before.unreadableReservations.map { $0 + "\n" }
      files[BudgetLog.openPath] = Array(lines.joined().utf8)
    }
    if after.alerted != before.budget.alerted {
      files[BudgetLog.alertsPath] = Array(after.alerted.sorted().map { $0 + "\n" }.joined().utf8)
    }
    for new in after.settlements.dropFirst(before.budget.settlements.count) {
      let path = BudgetLog.path(of: new.at)
      var text = try files[path] ?? base.flatMap { try bytes(of: path, in: $0, repository) } ?? []
      // Whoever edits the file by hand may leave its last line open.
      if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
      files[path] = text + Array(BudgetText.line(new).utf8)
    }
    let entries = try files.sorted { $0.key < $1.key }.map { path, bytes in
      Repository.TreeEntry(path: path, id: try repository.writeBlob(bytes), mode: .file)
    }
    return try repository.writeTree(on: base, putting: entries)
  }

  /// - Throws: `GitError` of kind `damaged` where it is lost.
  private func bytes(
    of path: String, in tree: ObjectID, _ repository: borrowing Repository
  ) throws(GitError) -> [UInt8]? {
    var reader = TolerantReader()
    let bytes = try reader.bytes(at: path, in: tree, in: repository)
    if let lost = reader.lost.first { throw GitError(.damaged, "reading \(lost) of \(BudgetLog.ref)") }
    return bytes
  }

  private static let openPath = "open.tsv"
  private static let alertsPath = "alerts"

  /// `2026-11/22/14.tsv`
  private static func path(of moment: Timestamp) -> String {
    let text = moment.description
    let (day, hour) = (text.dropFirst(8).prefix(2), text.dropFirst(11).prefix(2))
    return "\(text.prefix(7))/\(day)/\(hour).tsv"
  }
}

extension Budget {
  /// Drops the reservations whose runs settled later, which a mended log may still have; whether there were
  /// any.
  fileprivate mutating func dropSettledReservations() -> Bool {
    let settled = reservations.filter { open in
      settlements.contains { $0.run == open.run && open.at < $0.at }
    }
    for reservation in settled { _ = end(reservation, with: nil) }
    return !settled.isEmpty
  }
}
