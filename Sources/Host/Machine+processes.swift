import Glibc

extension Machine {
  /// The processes that have `variable` in their environment with `value`, as far as this user may look,
  /// without this process and those that it came out of.
  package static func processes(with variable: String, _ value: String) -> [Int32] {
    let wanted = Array("\(variable)=\(value)".utf8)
    var own: Set<Int32> = [getpid()]
    var parent = getppid()
    while parent > 1, own.insert(parent).inserted { parent = self.parent(of: parent) ?? 0 }
    return allProcesses.filter { pid in
      // One that has ended meanwhile, or is somebody else's, has no environment to read.
      guard !own.contains(pid), let bytes = (try? Files.read("/proc/\(pid)/environ")) ?? nil else {
        return false
      }
      return bytes.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }
  }

  /// Kills the processes that have `variable` in their environment with `value`, and those that they start
  /// meanwhile; returns how many there were.
  package static func killAll(with variable: String, _ value: String) -> Int {
    var killed: Set<Int32> = []
    for _ in 0..<500 {
      let found = processes(with: variable, value).filter { !isZombie($0) }
      if found.isEmpty { break }
      for pid in found {
        killed.insert(pid)
        kill(pid, SIGKILL)
      }
      usleep(2_000)
    }
    return killed.count
  }

  /// The children of this process, by their ids.
  static var children: [Int32] {
    let own = getpid()
    return allProcesses.filter { parent(of: $0) == own }
  }

  private static var allProcesses: [Int32] {
    // No /proc: nothing to find them with.
    guard let entries = try? DirectoryWalk.list("/proc") else { return [] }
    return entries.compactMap { Int32($0.name) }
  }

  private static func parent(of pid: Int32) -> Int32? {
    stat(of: pid).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
  }

  private static func isZombie(_ pid: Int32) -> Bool { stat(of: pid)?.first == "Z" }

  /// The fields of proc(5)'s `stat` from the state on; nil for a process that has ended.
  private static func stat(of pid: Int32) -> [Substring]? {
    guard let bytes = (try? Files.read("/proc/\(pid)/stat")) ?? nil else { return nil }  // It has ended.
    // "pid (name) state ppid …"; the name may hold anything, so count from its closing parenthesis.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }
}
