import Glibc

extension Machine {
  /// The children of this process, by their ids.
  static var children: [Int32] {
    let tasks = "/proc/self/task"
    // Gone, or a kernel without CONFIG_PROC_CHILDREN: found below.
    let lists = ((try? DirectoryWalk.list(tasks)) ?? []).map {
      (try? Files.read("\(tasks)/\($0.name)/children")) ?? nil
    }
    if !lists.isEmpty, !lists.contains(nil) {
      return lists.flatMap { String(decoding: $0 ?? [], as: UTF8.self).split(separator: " ") }
        .compactMap { Int32($0) }
    }
    let own = getpid()
    return ProcessRecord.all().values.filter { $0.parent == own }.map(\.id)
  }

  /// Whether the child `id` of this process is stopped (`kill -STOP`) or held by a debugger.
  package static func isStopped(child id: Int32) -> Bool {
    guard let process = ProcessRecord(of: id), process.parent == getpid() else { return false }
    return process.state == "T" || process.state == "t"
  }

  /// Kills the child `id` of this process; nothing where it has ended.
  package static func kill(child id: Int32) {
    guard let process = ProcessRecord(of: id), process.parent == getpid() else { return }
    _ = process.kill()
  }
}
