import CHost
import Glibc
import PairCore

/// Whether a bwrap(1) works here: containers and systems deny user namespaces in many ways, and only a try tells.
struct BwrapProbe {
  private let bwrap: String
  private let quiet: String

  /// - Parameter quiet: a program that does nothing.
  init(of bwrap: String, isTrue quiet: String?) {
    self.bwrap = bwrap
    self.quiet = quiet ?? "/bin/true"
  }

  /// Why it does not work; nil where it does.
  func fault(cache: String, _ effects: EffectDoor) throws -> String? {
    let key = key
    // A cache that cannot be read is none.
    if let known = (try? Files.read(cache, limitInBytes: 1 << 16)) ?? nil {
      let lines = String(decoding: known, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
      if lines.count == 3, lines[0] == key, lines[2].isEmpty, !lines[1].isEmpty {
        return lines[1] == "works" ? nil : String(lines[1])
      }
    }
    try effects.pass(.spawn, bwrap)
    let fault = tried()
    do {
      try Files.makeFolder(above: cache, effects: effects)
      try AtomicFile.replace(cache, with: Array("\(key)\n\(fault ?? "works")\n".utf8), effects: effects)
    } catch is PairError {
      // Where it cannot be kept, the next command tries again.
    }
    return fault
  }

  /// All that decides on it and can change, in one line.
  private var key: String {
    func text(_ path: String) -> String {
      // What a kernel does not have decides nothing.
      String(decoding: ((try? Files.read(path)) ?? nil) ?? [], as: UTF8.self)
    }
    let limits = text("/proc/self/status").split(separator: "\n").filter {
      $0.hasPrefix("NoNewPrivs") || $0.hasPrefix("Seccomp:") || $0.hasPrefix("CapBnd")
    }.joined(separator: " ")
    let file = FileInfo(at: Files.canonical(bwrap) ?? bwrap)
    let words =
      [
        text("/proc/sys/kernel/osrelease"), "\(geteuid())", limits,
        ProcessRecord.link("ns/user", of: getpid()) ?? "",
      ]
      + [
        "/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/unprivileged_userns_clone",
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "/proc/self/attr/current",
      ].map(text)
      + [bwrap, file.map { "\($0.sizeInBytes) \($0.changedAtSecond).\($0.changedAtNanosecond)" } ?? ""]
    return words.joined(separator: "|").split(whereSeparator: \.isNewline).joined(separator: " ")
      .replacing("\t", with: " ").replacing("\0", with: "")
  }

  private func tried() -> String? {
    // Without sockets: one that goes away meanwhile says nothing about bwrap.
    let all = BwrapArguments(
      rules: SandboxRules(write: [], network: .loopback), sockets: [], isRoot: Machine.isRoot,
      kind: { FileInfo.kind(at: $0) })
    let arguments = all.all() + ["--", quiet]
    guard let (status, words) = said(by: [bwrap] + arguments) else { return "it cannot be started" }
    if status == 0 { return nil }
    let line = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    let short = line.hasPrefix("bwrap: ") ? String(line.dropFirst(7)) : line
    return short.isEmpty ? "it ended with status \(status)" : short
  }

  /// Runs a program and returns how it ended, by waitpid(2), and what it said on standard error.
  private func said(by command: [String]) -> (status: Int32, words: String)? {
    var ends: [Int32] = [-1, -1]
    guard pair_pipe(&ends, 0) == 0 else { return nil }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, command[0], &actions, nil, &words, environ)
    close(ends[1])
    if code != 0 { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    var waited = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    let end = SelfPipe.milliseconds() + 10_000
    while poll(&waited, 1, Int32(max(0, end - SelfPipe.milliseconds()))) > 0 {
      let count = read(ends[0], &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    if SelfPipe.milliseconds() >= end { kill(pid, SIGKILL) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return (
      status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, String(decoding: bytes, as: UTF8.self)
    )
  }
}
