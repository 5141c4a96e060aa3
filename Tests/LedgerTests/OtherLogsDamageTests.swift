import Git
import Ledger
import PairCore
import TestSupport
import Testing

private let noon = Timestamp("2026-11-22T12:30:00Z")!

/// Damaged objects of the budget, the notes and the logs of plans, each in turn.
@Suite struct OtherLogsDamageTests {
  let scratch: ScratchRepository
  let results: [ObjectID]
  private let budget = BudgetLog()
  private let plan = PlanLog(PlanID("plan-1"))

  init() throws {
    let scratch = try ScratchRepository()
    self.scratch = scratch
    results = try (0..<3).map { try scratch.looseCommit("result \($0)") }
    let repository = try scratch.open()
    for number in 1...3 {
      try budget.change(in: repository, by: ada, at: noon, random: { UInt64(number) }) { budget in
        _ = try budget.reserve(reservation(number), under: BudgetLimits(daily: Dollars(1)), at: noon)
        return "reserved \(number)"
      }
      if number == 3 { break }
      try budget.change(in: repository, by: ada, at: noon, random: { UInt64(number) }) { budget in
        budget.settle(settlement(number))
        return "settled \(number)"
      }
    }
    for result in results {
      try scratch.git(["update-ref", "refs/heads/kept-\(result.short)", result.hex])
      try CommitNotes().write("on \(result)", on: result, in: repository, by: ada)
      try plan.append(PlanEvent(.merged, plan.plan, commit: result), to: repository, by: ada)
    }
  }

  private func reservation(_ number: Int) -> Reservation {
    Reservation(
      run: RunID(start: noon, random: UInt64(number)), task: TaskID(rawValue: "T\(number)")!,
      agent: .claudeCode,
      amount: Dollars(0.2), at: noon, holder: "a test")
  }

  private func settlement(_ number: Int) -> Settlement {
    Settlement(
      at: Timestamp(secondsSince1970: noon.secondsSince1970 + 60),
      run: RunID(start: noon, random: UInt64(number)),
      task: TaskID(rawValue: "T\(number)")!, agent: .claudeCode, model: "opus",
      usage: Usage(inputTokens: number),
      cost: Dollars(0.1), basis: .reported)
  }

  /// Calls `body` with a copy for each object that `ref` leads to, which is damaged, but for the results themselves.
  private func damagingEach(
    of ref: String, _ damage: ObjectDamage, _ body: (ScratchRepository, String) throws -> Void
  ) throws {
    let empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    for object in try scratch.objects(of: ref) where !results.map(\.hex).contains(object) && object != empty {
      let copy = try ScratchRepository(copyOf: scratch)
      try copy.damage(object, damage)
      try body(copy, object)
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: ObjectDamage.allCases)
  func `whatever object of the budget is damaged, what can be read is counted and kept`(
    _ damage: ObjectDamage
  ) throws {
    try damagingEach(of: BudgetLog.ref, damage) { copy, object in
      let repository = try copy.open()
      // Commands that only read say what is lost.
      let isInHead = try !repository.isDamaged(object, at: scratch.git(["rev-parse", BudgetLog.ref]))
      let before = try budget.read(from: repository, at: noon)
      #expect(before.unreadable.isEmpty == isInHead)
      #expect(try budget.settlements(since: nil, in: repository).unreadable.isEmpty == isInHead || !isInHead)
      try budget.change(in: repository, by: ada, at: noon, random: { 7 }) { budget in
        budget.settle(settlement(9))
        return "settled 9"
      }
      let after = try budget.read(from: repository, at: noon)
      #expect(after.unreadable.isEmpty)
      let runs = after.budget.settlements.map(\.run)
      #expect(runs.last == settlement(9).run)
      #expect(runs.contains(settlement(1).run))
      // What was settled is not reserved as well.
      #expect(Set(runs).isDisjoint(with: after.budget.reservations.map(\.run)))
      #expect(Set(runs).count == runs.count)
    }
  }

  @Test func `while the budget cannot be read, it is not changed`() throws {
    let head = try scratch.git(["rev-parse", BudgetLog.ref])
    for object in try scratch.objects(of: BudgetLog.ref + "^{tree}") + [head] {
      let end = try scratch.obstruct(object)
      #expect(throws: GitError.self) { try budget.read(from: scratch.open(), at: noon) }
      #expect(throws: GitError.self) {
        try budget.change(in: scratch.open(), by: ada, at: noon, random: { 7 }) { budget in
          budget.settle(settlement(9))
          return "settled 9"
        }
      }
      try end()
      #expect(try scratch.git(["rev-parse", BudgetLog.ref]) == head)
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: ObjectDamage.allCases)
  func `whatever object of the notes is damaged, the next note is written`(_ damage: ObjectDamage) throws {
    try damagingEach(of: Repository.notesRef, damage) { copy, _ in
      for result in results { _ = try CommitNotes().text(on: result, in: copy.open()) }
      let new = try copy.looseCommit("new")
      try CommitNotes().write("new", on: new, in: copy.open(), by: ada)
      #expect(try CommitNotes().text(on: new, in: copy.open()) == Array("new".utf8))
      let texts = try results.map { try CommitNotes().text(on: $0, in: copy.open()) }
      #expect(texts.count { $0 != nil } >= 1)
      #expect(try copy.git(["notes", "--ref=paircoder", "show", new.hex]) == "new")
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: ObjectDamage.allCases)
  func `whatever object of a plan's log is damaged, it is mended, and appended to`(_ damage: ObjectDamage)
    throws
  {
    try damagingEach(of: plan.ref, damage) { copy, _ in
      _ = try plan.events(in: copy.open())
      let told = try plan.commits.mend(in: copy.open(), by: ada)
      #expect(told.count == 1)
      try plan.append(PlanEvent(.published, plan.plan, commit: results[2]), to: copy.open(), by: ada)
      let commits = try plan.events(in: copy.open()).map(\.commit)
      #expect(commits.last == results[2])
      #expect(commits.dropLast().count >= 2 && commits.dropLast().allSatisfy(results.contains))
      try copy.packAll(of: plan.ref)
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: [ObjectDamage.removed, .cutOff])
  func `without mending before, too, a plan's log is appended to`(_ damage: ObjectDamage) throws {
    try damagingEach(of: plan.ref, damage) { copy, _ in
      try plan.append(PlanEvent(.published, plan.plan, commit: results[2]), to: copy.open(), by: ada)
      #expect(try plan.events(in: copy.open()).last?.kind == .published)
    }
  }

  @Test func `what is done about a damaged log is told`() throws {
    let head = try scratch.git(["rev-parse", BudgetLog.ref])
    try scratch.damage(head, .removed)
    let told = Told()
    var repository = try scratch.open()
    repository.tell = { told.add($0) }
    try budget.change(in: repository, by: ada, at: noon, random: { 7 }) { _ in "nothing" }
    #expect(told.sentences.count == 1)
    #expect(told.sentences[0].contains("the budget") && told.sentences[0].contains("mended"))
    #expect(scratch.read(".git/paircoder/mended/" + BudgetLog.ref)?.contains(head) == true)
  }

  @Test(.timeLimit(.minutes(5)))
  func `beside git gc that prunes, many settle and append, and what is lost is told`() throws {
    let log = TaskLog(try TaskID("T-1"))
    let (done, told) = (Told(), Told())
    _ = try Race.run(3) { writer in
      if writer == 2 {
        while done.sentences.count < 2 { _ = try scratch.runGit(["gc", "--quiet", "--prune=now"]) }
        return
      }
      defer { done.add("done") }
      var repository = try scratch.open()
      repository.tell = { told.add($0) }
      for number in 0..<30 {
        let id = 100 + writer * 100 + number
        try budget.change(in: repository, by: ada, at: noon, random: { UInt64(id) }) { budget in
          budget.settle(settlement(id))
          return "settled \(id)"
        }
        try log.append(to: repository, by: ada, files: ["n": [UInt8(number)]]) { _ in
          TaskEvent(.routed, log.task, "\(id)")
        }
      }
    }
    var repository = try scratch.open()
    repository.tell = { told.add($0) }
    // The last objects may be gone, too.
    let mended = try log.mend(in: repository, by: ada) + BudgetLog.commits.mend(in: repository, by: ada)
    for sentence in mended { told.add(sentence) }
    let settled = Set(try budget.read(from: repository, at: noon).budget.settlements.map(\.run))
    let wanted = (0..<30).flatMap { [100 + $0, 200 + $0] }.map { settlement($0).run }
    let lost = wanted.filter { !settled.contains($0) }.count
    let events = try log.entries(in: repository).count { $0.event != nil }
    #expect(lost + 60 - events == 0 || !told.sentences.isEmpty)
    #expect(lost + 60 - events < 20, "\(told.sentences)")
    try scratch.packAll(of: log.ref)
    try scratch.packAll(of: BudgetLog.ref)
  }
}

extension Repository {
  /// Whether the budget's head commit does not lead to `object`, by git.
  fileprivate borrowing func isDamaged(_ object: String, at head: String) throws -> Bool {
    let id = try #require(ObjectID(head))
    if object == head { return true }
    var lost = false
    if (try? tree(of: id))?.hex == object { lost = true }
    guard let tree = try? tree(of: id) else { return true }
    guard let files = try? files(in: tree) else { return true }
    for entry in files where (try? blob(entry.id)) == nil { lost = true }
    return lost
  }
}
