import CHost
import Glibc

/// What the system tells of one process (proc(5)).
struct ProcessRecord: Hashable {
  let id: Int32
  let parent: Int32
  let group: Int32
  let session: Int32
  let hasTerminal: Bool
  /// In clock ticks since the system's start. With the id it names one process for ever.
  let start: Int64
  /// `R`, `S`, `T` for a stopped one, `t` for one that a debugger holds, `Z` for one that has ended.
  let state: Character

  var hasEnded: Bool { state == "Z" || state == "X" }

  /// Nil for a process that is gone.
  init?(of id: Int32) {
    // Gone, or there is no /proc.
    guard let bytes = (try? Files.read("/proc/\(id)/stat")) ?? nil else { return nil }
    // "pid (name) state ppid pgrp session tty …"; the name may hold anything, so count from its closing parenthesis.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
      let group = Int32(fields[2]), let session = Int32(fields[3]), let start = Int64(fields[19])
    else { return nil }
    self.id = id
    self.parent = parent
    self.group = group
    self.session = session
    self.hasTerminal = fields[4] != "0"
    self.start = start
    self.state = state
  }

  /// Those that live now, by their ids; empty where there is no /proc.
  static func all() -> [Int32: ProcessRecord] {
    // No /proc: nothing to find them with.
    guard let entries = try? DirectoryWalk.list("/proc") else { return [:] }
    let found = entries.compactMap { Int32($0.name) }.compactMap { ProcessRecord(of: $0) }
    return Dictionary(found.lazy.filter { !$0.hasEnded }.map { ($0.id, $0) }) { first, _ in first }
  }

  /// Kills it; false when it may not be killed, or is gone.
  func kill() -> Bool {
    let held = pair_process_open(id)
    guard held >= 0 else { return errno == ENOSYS && isStillThere && Glibc.kill(id, SIGKILL) == 0 }
    defer { close(held) }
    // What is held may be a later process with its id, which then starts at another time.
    return isStillThere && pair_process_kill(held) == 0
  }

  var isStillThere: Bool { ProcessRecord(of: id).map { $0.start == start && !$0.hasEnded } ?? false }

  /// Where the link `name` of its folder in /proc leads: `cwd`, `root`; nil where this user may not look.
  func link(_ name: String) -> String? { ProcessRecord.link(name, of: id) }

  static func link(_ name: String, of id: Int32) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/\(id)/\(name)", &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// A file of its folder in /proc; nil where this user may not look.
  func file(_ name: String) -> [UInt8]? { (try? Files.read("/proc/\(id)/\(name)")) ?? nil }
}
