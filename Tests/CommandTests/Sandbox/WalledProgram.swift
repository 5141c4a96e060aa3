import Foundation
import Host
import TestSupport
import Testing

/// The walls that a program can be within.
enum WallKind: String, CaseIterable, CustomTestStringConvertible {
  case none, landlock, bwrap
  /// bwrap without Landlock's rules on files, for programs that bring their own.
  case bwrapAlone

  var testDescription: String { rawValue }

  static let bwrapProgram: String? = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].first {
    let run = try? Invocation.run(
      $0, ["--unshare-user", "--unshare-net", "--ro-bind", "/", "/", "/bin/true"], in: "/", environment: [:])
    return run?.status == 0
  }

  /// Those that this system has.
  static let real = allCases.filter {
    switch $0 {
    case .none: false
    case .landlock: Landlock.version >= Landlock.firstWhole
    case .bwrap, .bwrapAlone: bwrapProgram != nil
    }
  }

  static let proxy: ProxyPrograms? =
    ["/usr/bin/tinyproxy", "/usr/bin/socat"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    ? ProxyPrograms(tinyproxy: "/usr/bin/tinyproxy", socat: "/usr/bin/socat") : nil

  func sandbox(_ rules: SandboxRules) -> Sandbox? {
    switch self {
    case .none: nil
    case .landlock: Sandbox(bwrap: nil, landlock: true, rules: rules)
    case .bwrap, .bwrapAlone:
      Sandbox(
        bwrap: WallKind.bwrapProgram, landlock: self == .bwrap && Landlock.version > 0, rules: rules,
        proxy: WallKind.proxy)
    }
  }
}

/// A scratch folder with one folder that a walled program may write, `work`, one that is hidden, `secret`, and one
/// beside them, `beside`.
struct WalledProgram {
  let scratch: ScratchFolder
  private let options: [String]

  init(_ wall: WallKind, network: SandboxRules.Network = .open) throws {
    scratch = try ScratchFolder()
    for folder in ["work", "secret", "beside"] { try scratch.write("\(folder)/file", "text of \(folder)\n") }
    try scratch.write("home/.netrc", "hidden\n")
    let path = scratch.path
    let rules = SandboxRules(
      write: ["\(path)/work"], hidden: ["\(path)/secret", "\(path)/home/.netrc"], network: network)
    options = wall.sandbox(rules)?.options ?? []
  }

  /// Runs `script` in the scratch folder within the walls.
  func run(_ script: String) throws -> Invocation {
    let environment = scratch.environment.merging([
      "TMPDIR": scratch.path + "/work", "OUTSIDE": "\(getpid())",
    ]) { $1 }
    // The lifeline lasts as long as the shell.
    return try Invocation.run(
      "/bin/bash",
      [
        "-c", "exec 3< <(exec sleep 60); \"$0\" supervise /dev/null \"$@\" <&3; s=$?; kill $!; exit $s",
        Pair.program,
      ]
        + options + ["--", "/bin/sh", "-c", script],
      in: scratch.path, environment: environment)
  }

  /// Each line of `script` by itself; expects them all to fail, or to succeed.
  func expect(_ script: String, succeeds: Bool, _ place: SourceLocation = #_sourceLocation) throws {
    for line in script.split(separator: "\n") {
      let run = try run(String(line))
      #expect((run.status == 0) == succeeds, "\(line): \(run)", sourceLocation: place)
      // Not a fault of the walls themselves.
      #expect(![64, 70].contains(run.status), "\(line): \(run)", sourceLocation: place)
    }
  }
}
