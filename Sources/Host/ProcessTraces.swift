import Glibc
package import PairCore

/// What the processes of one run cannot all have lost: their mark, its stamp, where they work, whose children or which
/// session they are.
package struct ProcessTraces: Hashable, Sendable {
  /// Tells the processes of a run, in the environment of all that it starts.
  package static let variable = "PAIRCODER_RUN"

  /// Tells the processes of one git command of ours, in the same way.
  package static let gitVariable = "PAIRCODER_GIT"

  /// The run's id.
  package let mark: String
  /// Where the processes of git commands are: what daemons they started for the user, to keep a key or a connection,
  /// left it. Nil for a run, which leaves nothing.
  private let session: Int32?
  /// Only the run works in these folders.
  private let folders: [String]
  /// In ticks since the system's start: none of the run's processes is older.
  private let start: Int64

  /// - Parameters:
  ///   - folders: the run's own, its worktree among them.
  ///   - start: when the run started; nil for now.
  package init(of mark: String, in folders: [String] = [], since start: Timestamp? = nil) {
    self.mark = mark
    session = nil
    self.folders = folders.map { Files.canonical($0) ?? $0 }.filter { $0 != "/" }
    let age = start.map { Machine.now.secondsSince1970 - $0.secondsSince1970 } ?? 0
    self.start = ProcessTraces.now - age * Int64(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// In ticks since the system's start, as processes tell their own (proc(5)).
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
    return Int64(time.tv_sec) * ticks + Int64(time.tv_nsec) * ticks / 1_000_000_000
  }

  /// Those of git commands in the session `session`: of all whose mark begins with `mark`.
  package init(ofGit mark: String, in session: Int32) {
    self.mark = mark
    self.session = session
    folders = []
    start = 0
  }

  /// Kills what bears a trace, the sessions that came out of it, and what they start meanwhile, for some seconds at
  /// most; returns how many there were. It blocks its thread.
  ///
  /// This process, and those that it came out of, are spared whatever they bear.
  package func killAll() -> Int {
    let count = session == nil ? ControlGroup.endAll(of: mark) : 0
    var killed: Set<ProcessRecord> = []
    let end = SelfPipe.milliseconds() + 5_000
    while SelfPipe.milliseconds() < end {
      let found = find()
      // What may not be killed is another user's by now, as after sudo(8).
      if found.isEmpty || found.filter({ kill($0) }).isEmpty { break }
      killed.formUnion(found.map(\.process))
      usleep(1_000)
    }
    return count + Set(killed.map(\.id)).count
  }

  private func kill(_ found: Found) -> Bool {
    // A whole group at once: what starts a child at this very moment is killed with it.
    if found.isOurs, found.process.isStillThere { Glibc.kill(-found.process.group, SIGKILL) }
    return found.process.kill() || found.isOurs && !found.process.isStillThere
  }

  private struct Found {
    let process: ProcessRecord
    /// Whether its whole group came out of the run.
    let isOurs: Bool
  }

  private func find() -> [Found] {
    let all = ProcessRecord.all()
    var spared: Set<Int32> = [1, 2, getpid()]
    var above = getppid()
    while above > 1, spared.insert(above).inserted { above = all[above]?.parent ?? 0 }
    let others = all.values.filter { !spared.contains($0.id) }
    let sessions = Set(spared.compactMap { all[$0]?.session } + [session].compactMap(\.self))
    let groups = Set(spared.compactMap { all[$0]?.group })

    let stamp = session == nil ? ProcessStamp.value(of: mark) : 0
    var ours = Set(others.filter { isMarked($0) || ProcessStamp.isOn($0, stamp) })
    var near = Set(others.filter { !ours.contains($0) && !sessions.contains($0.session) && works($0, all) })
    // What they started, and what is in a session whose leader is theirs or gone.
    var isGrowing = true
    while isGrowing {
      let theirs = Set(
        ours.map(\.session).filter { session in
          !sessions.contains(session) && (all[session].map { ours.contains($0) } ?? true)
        })
      let (ids, nearIDs) = (Set(ours.map(\.id)), Set(near.map(\.id)))
      let more = others.filter {
        !ours.contains($0) && (ids.contains($0.parent) || theirs.contains($0.session))
      }
      let nearer = others.filter { !near.contains($0) && nearIDs.contains($0.parent) }
      isGrowing = !more.isEmpty || !nearer.isEmpty
      ours.formUnion(more)
      near.formUnion(nearer)
    }
    return ours.map { process in
      // A person who has the mark in a shell of their own loses no more than that shell's programs.
      let leads = all[process.group].map { ours.contains($0) } ?? true
      return Found(process: process, isOurs: leads && process.group > 1 && !groups.contains(process.group))
    }
      + near.subtracting(ours).map { Found(process: $0, isOurs: false) }
  }

  private func isMarked(_ process: ProcessRecord) -> Bool {
    guard let words = process.file("environ")?.split(separator: 0) else { return false }
    guard let session else {
      return words.contains { $0.elementsEqual("\(ProcessTraces.variable)=\(mark)".utf8) }
    }
    return process.session == session
      && words.contains { $0.starts(with: "\(ProcessTraces.gitVariable)=\(mark)".utf8) }
  }

  /// Whether it works in the run's folders and can have come from nowhere else: it is younger than the run, and so is
  /// its session, and no terminal is behind it, as behind a person who looks around there.
  private func works(_ process: ProcessRecord, _ all: [Int32: ProcessRecord]) -> Bool {
    guard process.start >= start, !process.hasTerminal,
      all[process.session].map({ $0.start >= start }) ?? true
    else { return false }
    return ["cwd", "root"].contains { name in
      guard let path = process.link(name) else { return false }
      return folders.contains { path == $0 || path.hasPrefix($0 + "/") || path == $0 + " (deleted)" }
    }
  }
}
