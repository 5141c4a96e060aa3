import Host
import Git
package import PairCore
import Synchronization

/// A place for a worktree below the root: `<root>/<number>`, with its lock and its note beside it.
package struct WorktreeSlot: Hashable, Sendable {
  package let number: Int
  package let path: String

  init(_ number: Int, below root: String) {
    self.number = number
    path = "\(root)/\(number)"
  }

  var lockPath: String { path + ".lock" }
  private var notePath: String { path + ".note" }

  /// What a slot's worktree is for. It is written before git makes the worktree, and says so until all of it
  /// is gone or clean again: whoever finds it without its lock held knows whose work lies there.
  package struct Note: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
      case inUse = "in-use"
      /// Clean, and waiting for its next run.
      case free
      /// Not all that is in it can be kept.
      case stays
    }

    package let state: State
    /// The task and run that work there, or did last.
    package let task: TaskID
    package let run: RunID
    /// What is checked out there.
    package let base: ObjectID
    package let since: Timestamp
    /// Why it stays.
    package let reason: String?
    /// Settings that decide what git makes of the files when it checks them out.
    let settings: String?

    func turning(_ state: State, reason: String? = nil, settings: String?, at time: Timestamp) -> Note {
      Note(state: state, task: task, run: run, base: base, since: time, reason: reason, settings: settings)
    }
  }

  /// Nil for a slot that nobody has used, or whose note cannot be read.
  package func note() throws(PairError) -> Note? {
    guard FileInfo.kind(at: notePath) == .file, let bytes = try Files.read(notePath, limitInBytes: 1 << 16)
    else { return nil }
    let lines = Trailers(readFrom: String(decoding: bytes, as: UTF8.self))
    guard let state = lines["State"].flatMap(Note.State.init(rawValue:)),
      let task = lines["Task"].flatMap({ try? TaskID($0) }),  // Not ours: the slot is left alone.
      let run = lines["Run"].flatMap({ RunID($0) }), let base = lines["Base"].flatMap({ ObjectID($0) }),
      let since = lines["Since"].flatMap({ Int64($0) })
    else { return nil }
    return Note(
      state: state, task: task, run: run, base: base, since: Timestamp(secondsSince1970: since),
      reason: lines["Reason"], settings: lines["Settings"])
  }

  func write(_ note: Note, effects: EffectDoor) throws {
    var lines = Trailers()
    lines.add("State", note.state.rawValue)
    lines.add("Task", note.task.text)
    lines.add("Run", note.run.text)
    lines.add("Base", note.base.hex)
    lines.add("Since", String(note.since.secondsSince1970))
    lines.add("Reason", note.reason)
    lines.add("Settings", note.settings)
    let text = "A worktree of bpsai-pair's; 'bpsai-pair worktree list' shows it.\n\n\(lines.text)\n"
    try AtomicFile.replace(notePath, with: Array(text.utf8), mode: 0o600, effects: effects)
  }

  func removeNote(effects: EffectDoor) throws {
    if FileInfo.kind(at: notePath) != nil { try Files.remove(notePath, effects: effects) }
  }

  /// Whether no other thing stands where its lock and its note belong.
  var isUsable: Bool {
    [lockPath, notePath].allSatisfy { FileInfo.kind(at: $0).map { $0 == .file } ?? true }
  }

  /// Whether a process works in it now; an error when the system does not say.
  package var isHeld: Bool { get throws { try FileLock.isHeld(lockPath) } }
}

/// The lock on a slot, for as long as anybody has this.
final class SlotHold: Sendable {
  private let lock: Mutex<FileLock?>
  let slot: WorktreeSlot

  /// Nil when another process, or another run of this one, has it.
  init?(_ slot: WorktreeSlot, holder: String, effects: EffectDoor) throws {
    guard let taken = try FileLock.tryLock(slot.lockPath, holder: holder, effects: effects) else {
      return nil
    }
    lock = Mutex(taken)
    self.slot = slot
  }

  func letGo() { lock.withLock { $0 = nil } }
}
