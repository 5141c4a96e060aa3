import CHost
import Glibc
import PairCore

/// bwrap(1) around a program, with this program between the two: within the mounts it enters Landlock, undoes what
/// bwrap needed, and becomes the program.
package enum Bwrap {
  /// The command line of bwrap, up to what this program needs as `enter` besides: the descriptor to write to, `--` and
  /// a command line.
  ///
  /// - Parameter program: a descriptor of this program that bwrap inherits.
  static func command(_ sandbox: Sandbox, program: Int32, outlet: ProxyOutlet?) -> [String] {
    [sandbox.bwrap].compactMap(\.self) + arguments(for: sandbox.rules, outlet: outlet?.folder)
      + ["--", "/proc/self/fd/\(program)", "enter"] + sandbox.words + (outlet?.words ?? [])
  }

  /// - Parameter outlet: a folder with sockets that are reached.
  static func arguments(for rules: SandboxRules, outlet: String? = nil) -> [String] {
    BwrapArguments(
      rules: rules, sockets: sockets.filter { socket in outlet.map { !socket.hasPrefix($0 + "/") } ?? true },
      readable: outlet.map { [$0] } ?? [], isRoot: Machine.isRoot, kind: { FileInfo.kind(at: $0) }
    ).all()
  }

  /// Becomes the program, within the innermost wall, after it has told that bwrap is done.
  ///
  /// - Parameter words: those of a `Sandbox` and its `ProxyOutlet`, a descriptor to write to, `--` and a command line.
  /// - Throws: `PairError` where it cannot.
  package static func enter(_ words: [String]) throws -> Never {
    let end = words.firstIndex(of: "--") ?? words.startIndex
    let command = words[end...].dropFirst()
    guard let program = command.first, let line = Int32(words[..<end].last ?? "") else {
      throw PairError(.usage, "entering a sandbox: there is no program, or nothing to tell")
    }
    pair_keep_standard_files()
    _ = write(line, "+", 1)
    guard let sandbox = Sandbox(words: try ProxyOutlet.enter(Array(words[..<(end - 1)]))) else {
      throw PairError(.usage, "entering a sandbox: it is not described")
    }
    let ruleset = try Landlock.ruleset(for: sandbox)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    let code = pair_become(&arguments, ruleset)
    throw PairError.system("starting \(program)", code: code)
  }

  /// The sockets in the file system that this network namespace has (proc_pid_net(5)), but for those in other users'
  /// private folders: within bwrap root has no rights on these, and bwrap could not cover what lies there.
  private static var sockets: [String] {
    // Without /proc there are none to be found.
    let lines = String(decoding: ((try? Files.read("/proc/net/unix")) ?? nil) ?? [], as: UTF8.self)
    return lines.split(separator: "\n").compactMap { line in
      line.firstRange(of: " /").map { String(line[line.index(after: $0.lowerBound)...]) }
    }.filter(isReached)
  }

  /// Whether this user, without root's rights on files, may enter all folders above `path` (path_resolution(7)).
  static func isReached(_ path: String) -> Bool {
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    _ = getgroups(Int32(groups.count), &groups)
    var folder = path
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = String(folder[..<slash])
      var info = stat()
      guard stat(folder, &info) == 0 else { return false }
      let isOfGroup = info.st_gid == getegid() || groups.contains(info.st_gid)
      let bit: mode_t = info.st_uid == geteuid() ? S_IXUSR : isOfGroup ? S_IXGRP : S_IXOTH
      if info.st_mode & bit == 0 { return false }
    }
    return true
  }
}
