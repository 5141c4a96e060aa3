import CHost
import Glibc
import PairCore

/// bwrap(1) around a program, with this program between the two: within the mounts it enters Landlock, undoes what
/// bwrap needed, and becomes the program.
package enum Bwrap {
  /// The command line that runs `command` within `sandbox`, and the descriptor of this program, which it inherits and
  /// the caller closes: this program's file may be hidden in there. Nil without bwrap.
  ///
  /// - Throws: `PairError` where this program cannot be opened.
  static func around(_ command: [String], _ sandbox: Sandbox) throws -> (command: [String], program: Int32)? {
    guard let bwrap = sandbox.bwrap else { return nil }
    let program = open("/proc/self/exe", O_RDONLY)
    guard program >= 0 else { throw PairError.system("opening this program") }
    let arguments = arguments(for: sandbox.rules)
    return (
      [bwrap] + arguments + ["--", "/proc/self/fd/\(program)", "enter"] + sandbox.words + ["--"] + command,
      program
    )
  }

  static func arguments(for rules: SandboxRules) -> [String] {
    BwrapArguments(
      rules: rules, sockets: sockets, isRoot: Machine.isRoot, kind: { FileInfo.kind(at: $0) }
    ).all()
  }

  /// Becomes the program, within the innermost wall; `words` are those of a `Sandbox`, `--` and a command line.
  ///
  /// - Throws: `PairError` where it cannot.
  package static func enter(_ words: [String]) throws -> Never {
    guard let end = words.firstIndex(of: "--"), let sandbox = Sandbox(words: words[..<end]),
      end + 1 < words.count
    else { throw PairError(.usage, "entering a sandbox: it is not described, or there is no program") }
    let command = words[(end + 1)...]
    let ruleset = try Landlock.ruleset(for: sandbox)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    let code = pair_become(&arguments, ruleset)
    throw PairError.system("starting \(command[end + 1])", code: code)
  }

  /// The sockets in the file system that this network namespace has (proc_pid_net(5)).
  private static var sockets: [String] {
    // Without /proc there are none to be found.
    let lines = String(decoding: ((try? Files.read("/proc/net/unix")) ?? nil) ?? [], as: UTF8.self)
    return lines.split(separator: "\n").compactMap { line in
      line.firstRange(of: " /").map { String(line[line.index(after: $0.lowerBound)...]) }
    }
  }
}
