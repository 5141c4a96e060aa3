package import Git
package import PairCore

/// What is reserved and settled: `refs/paircoder/budget`, whose first-parent history is append-only.
///
/// Each commit is one reservation or settlement, a sentence in its message. Its tree holds `open.tsv`, the
/// reservations of runs that have not settled, `alerts`, the windows in which somebody was told, and
/// `YYYY-MM/DD/HH.tsv`, what was settled in that hour in UTC: so that a commit adds small files only, however
/// much was settled before.
package struct BudgetLog: Sendable {
  package static let ref = "refs/paircoder/budget"

  package init() {}

  /// What was read.
  package struct Reading: Sendable {
    package let budget: Budget
    /// Lines that this version cannot read, as `file: line`.
    package let unreadable: [String]
    fileprivate let unreadableReservations: [String]
  }

  /// The reservations, and what was settled in the month of `now`.
  package func read(from repository: borrowing Repository, at now: Timestamp) throws(GitError) -> Reading {
    try read(head: repository.ref(BudgetLog.ref), now, repository)
  }

  /// All that was settled since `start`; nil for since ever. Oldest first.
  package func settlements(
    since start: Timestamp?, in repository: borrowing Repository
  ) throws(GitError) -> (values: [Settlement], unreadable: [String]) {
    guard let head = try repository.ref(BudgetLog.ref) else { return ([], []) }
    var values: [Settlement] = []
    var unreadable: [String] = []
    let first = start.map { BudgetLog.path(of: $0) } ?? ""
    for entry in try repository.files(in: repository.tree(of: head))
    where entry.path.hasSuffix(".tsv") && entry.path.holds("/") && entry.path >= first {
      let parsed = BudgetText.settlements(try repository.blob(entry.id))
      values += parsed.values.filter { value in start.map { $0 <= value.at } ?? true }
      unreadable += parsed.unreadable.map { "\(entry.path): \($0)" }
    }
    return (values, unreadable)
  }

  /// Makes the change that `decide` makes to the present state, by compare-and-swap: when another process was
  /// first, `decide` is asked again about the new state.
  ///
  /// - Parameters:
  ///   - random: makes each attempt's nonce.
  ///   - decide: changes the budget and returns the sentence that says how; nil changes nothing. What it throws
  ///     ends the attempt.
  package func change(
    in repository: borrowing Repository, by signature: Signature, at now: Timestamp, random: () -> UInt64,
    _ decide: (inout Budget) throws -> String?
  ) throws {
    for _ in 0..<1_000 {
      let head = try repository.ref(BudgetLog.ref)
      let before = try read(head: head, now, repository)
      var after = before.budget
      guard let sentence = try decide(&after) else { return }
      try repository.effects.pass(.logAppend, "budget")
      let tree = try write(after, over: before, head: head, repository)
      var trailers = Trailers()
      trailers.add("PairCoder-Event", "budget")
      trailers.add("PairCoder-Nonce", String(random(), radix: 16))
      let commit = try repository.writeCommit(
        tree: tree, parents: head.map { [$0] } ?? [], author: signature, committer: signature,
        message: "\(sentence.onOneLine)\n\n\(trailers.text)\n")
      do {
        return try repository.swapRef(BudgetLog.ref, from: head, to: commit, because: "budget")
      } catch let error as GitError where error.kind == .modified || error.kind == .notFound {
        continue  // Somebody was first: decide again on what they wrote.
      }
    }
    throw GitError(.locked, "changing \(BudgetLog.ref): other processes kept moving it")
  }

  private func read(
    head: ObjectID?, _ now: Timestamp, _ repository: borrowing Repository
  ) throws(GitError) -> Reading {
    guard let head else { return Reading(budget: Budget(), unreadable: [], unreadableReservations: []) }
    let tree = try repository.tree(of: head)
    var settlements: [Settlement] = []
    var unreadable: [String] = []
    for entry in try repository.files(in: tree, below: BudgetWindow(.month, at: now).name) {
      let parsed = BudgetText.settlements(try repository.blob(entry.id))
      settlements += parsed.values
      unreadable += parsed.unreadable.map { "\(entry.path): \($0)" }
    }
    let open = BudgetText.reservations(try bytes(of: BudgetLog.openPath, in: tree, repository))
    let alerts = String(decoding: try bytes(of: BudgetLog.alertsPath, in: tree, repository), as: UTF8.self)
    return Reading(
      budget: Budget(
        reservations: open.values, settlements: settlements,
        alerted: Set(alerts.split(separator: "\n").map(String.init))),
      unreadable: unreadable + open.unreadable.map { "\(BudgetLog.openPath): \($0)" },
      unreadableReservations: open.unreadable)
  }

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
      var text = try files[path] ?? base.map { try bytes(of: path, in: $0, repository) } ?? []
      // Whoever edits the file by hand may leave its last line open.
      if let last = text.last, last != UInt8(ascii: "\n") { text.append(UInt8(ascii: "\n")) }
      files[path] = text + Array(BudgetText.line(new).utf8)
    }
    let entries = try files.sorted { $0.key < $1.key }.map { path, bytes in
      Repository.TreeEntry(path: path, id: try repository.writeBlob(bytes), mode: .file)
    }
    return try repository.writeTree(on: base, putting: entries)
  }

  private func bytes(
    of path: String, in tree: ObjectID, _ repository: borrowing Repository
  ) throws(GitError) -> [UInt8] {
    guard let entry = try repository.entry(at: path, in: tree), entry.mode == .file else { return [] }
    return try repository.blob(entry.id)
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
