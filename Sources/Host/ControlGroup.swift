import Glibc
import PairCore

/// A group of processes that none leaves by forking (cgroups(7), version 2), below the group of this process.
///
/// The system lets root make one, and a user below a group that is the user's own, as in `user@.service` of systemd or
/// after `systemd-run --user --scope`. In containers the tree is mostly read-only. A program that another service
/// starts, such as a container of docker, is in no group of ours.
package struct ControlGroup: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Makes a group for a program of the run `mark`; nil where that may not be.
  package static func make(for mark: String) -> ControlGroup? {
    guard let above = own else { return nil }
    let group = ControlGroup(
      path: above + "/" + prefix(of: mark) + String(UInt64.random(in: 0...(.max)), radix: 36))
    guard mkdir(group.path, 0o755) == 0 else { return nil }
    // Before Linux 5.14 there is no way to kill a group at once.
    guard access(group.path + "/cgroup.kill", W_OK) == 0 else {
      rmdir(group.path)
      return nil
    }
    return group
  }

  /// Kills what is in it, groups below included, and removes it; returns how many processes were in it itself. It blocks
  /// its thread for two seconds at most.
  @discardableResult
  package func end() -> Int {
    let count = ControlGroup.lines(of: path + "/cgroup.procs").count
    guard ControlGroup.write("1", to: path + "/cgroup.kill") else { return 0 }
    let end = SelfPipe.milliseconds() + 2_000
    while !ControlGroup.remove(path), SelfPipe.milliseconds() < end { usleep(1_000) }
    return count
  }

  /// Ends the groups of the run `mark` that are below the group of this process; returns how many processes were in them.
  static func endAll(of mark: String) -> Int {
    // No such folder: there are none.
    guard let above = own, let found = try? DirectoryWalk.list(above) else { return 0 }
    let groups = found.filter { $0.name.hasPrefix(prefix(of: mark)) }
    return groups.reduce(0) { $0 + ControlGroup(path: "\(above)/\($1.name)").end() }
  }

  /// Has this process start `start`'s programs in the group, and leave it again.
  ///
  /// - Returns: what `start` returns, and whether this process is outside the group.
  func starting<Value>(_ start: () throws -> Value) rethrows -> (value: Value, isOutside: Bool) {
    let before = ControlGroup.own
    let isIn = ControlGroup.write("0", to: path + "/cgroup.procs")
    let value = try start()
    return (value, !isIn || before.map { ControlGroup.write("0", to: $0 + "/cgroup.procs") } ?? false)
  }

  private static func prefix(of mark: String) -> String { "bpsai-pair.\(mark)." }

  /// The folder of the group that this process is in; nil where the second version of cgroups is not mounted.
  private static var own: String? {
    let mount = lines(of: "/proc/self/mounts").map { $0.split(separator: " ") }
      .first { $0.count > 2 && $0[2] == "cgroup2" }
    guard let mount, let line = lines(of: "/proc/self/cgroup").first(where: { $0.hasPrefix("0::/") })
    else { return nil }
    // Of a group outside what is mounted here, the path begins with `/..`.
    let path = line.dropFirst(3)
    if path.hasPrefix("/..") { return nil }
    return "\(mount[1])\(path == "/" ? "" : path)"
  }

  private static func lines(of path: String) -> [Substring] {
    // Without /proc there are none.
    String(decoding: ((try? Files.read(path)) ?? nil) ?? [], as: UTF8.self).split(separator: "\n")
  }

  private static func write(_ text: String, to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
  }

  private static func remove(_ path: String) -> Bool {
    // Gone meanwhile.
    for (name, kind) in (try? DirectoryWalk.list(path)) ?? [] where kind == .folder {
      _ = remove("\(path)/\(name)")
    }
    return rmdir(path) == 0 || errno == ENOENT
  }
}
