import Glibc
package import PairCore

/// What a program tries within walls, to show what they stop.
package enum SandboxDeed: String, CaseIterable, Sendable {
  case writeOutside = "write a file outside its folders"
  case emptyOutside = "empty a file outside"
  case removeOutside = "remove a file outside"
  case changeModeOutside = "change the mode of a file outside"
  case readHidden = "read a hidden file"
  case signal = "signal a process outside"
  case trace = "read the environment of a process outside"
  case socket = "connect to a socket in the file system"
  case abstractSocket = "connect to an abstract socket"
  case network = "connect to a port of this machine"

  /// Whether `sandbox` stops it, on a system with this version of Landlock.
  func isStopped(by sandbox: Sandbox, landlockABI version: Int) -> Bool {
    let bwrap = sandbox.bwrap != nil
    let scopes = version >= Landlock.firstWithScopes
    return switch self {
    case .writeOutside, .removeOutside, .readHidden: true
    case .emptyOutside: bwrap || version >= Landlock.firstWhole
    case .changeModeOutside, .socket: bwrap
    case .trace: true
    case .signal: scopes
    case .abstractSocket: scopes || bwrap && sandbox.rules.network != .open
    case .network: bwrap && sandbox.rules.network != .open
    }
  }
}

/// Walls, tried out by a program within them.
package struct SandboxProbe {
  package struct Result: Hashable, Sendable {
    package let deed: SandboxDeed
    package let isStopped: Bool
    /// Whether the walls are there to stop it.
    package let shouldBeStopped: Bool
  }

  /// The verb of this program's command `sandbox` that does the deeds, with `try(_:)`.
  package static let verb = "try-deeds"
  private static let own = "write a file in its own folder"

  /// Tries every deed within the strongest walls of `support`.
  ///
  /// - Parameter bwrap: whether bwrap is among them.
  /// - Returns: nil where there are no such walls.
  /// - Throws: `PairError` where the program within them cannot start, or cannot do what it may.
  package static func run(_ support: SandboxSupport, bwrap: Bool, effects: EffectDoor) throws -> [Result]? {
    var template = Array("/tmp/bpsai-pair.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let folder = Files.canonical(String(cString: &template)) else {
      throw PairError.system("making a folder in /tmp")
    }
    defer { try? DirectoryWalk.removeTree(folder, effects: .open) }  // A folder that is left harms nothing.
    for name in ["work", "hidden"] { try Files.makeFolder("\(folder)/\(name)", effects: effects) }
    for name in ["outside", "hidden/file"] {
      try AtomicFile.replace("\(folder)/\(name)", with: Array("text\n".utf8), effects: effects)
    }
    let own = SandboxSupport(landlockABI: support.landlockABI, bwrap: bwrap ? support.bwrap : nil, proxy: nil)
    let rules = SandboxRules(write: ["\(folder)/work"], hidden: ["\(folder)/hidden"], network: .loopback)
    guard let sandbox = own.sandbox(for: rules), (sandbox.bwrap != nil) == bwrap else { return nil }
    let port = try LocalSocket.listen(.port(0))
    let sockets =
      [port] + (try [.path("\(folder)/socket"), .abstract(folder)].map { try LocalSocket.listen($0) })
    defer { sockets.forEach { close($0) } }

    let words = ["sandbox", verb, folder, "\(getpid())", "\(LocalSocket.port(of: port))"]
    try effects.pass(.spawn, Machine.runningProgram)
    let child = try WalledStart.start(
      [Machine.executable ?? Machine.runningProgram] + words, inputPath: "/dev/null", sandbox)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let lines = String(decoding: try Files.read("\(folder)/work/passed") ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
    guard status == 0, lines.first == self.own else {
      throw PairError(.internal, "trying the walls of \(sandbox.words[0]): the program within them failed")
    }
    return SandboxDeed.allCases.map {
      Result(
        deed: $0, isStopped: !lines.contains($0.rawValue),
        shouldBeStopped: $0.isStopped(by: sandbox, landlockABI: support.landlockABI))
    }
  }

  /// Does the deeds, and writes down which of them the system let through.
  package static func `try`(_ words: [String]) throws {
    guard words.count == 3, let outer = Int32(words[1]), let port = UInt16(words[2]) else {
      throw PairError(.usage, "trying walls: this is no such try")
    }
    let folder = words[0]
    let passed = SandboxDeed.allCases.filter { deed in
      switch deed {
      case .writeOutside: opens("\(folder)/outside", O_WRONLY)
      case .emptyOutside: truncate("\(folder)/outside", 0) == 0
      case .changeModeOutside: chmod("\(folder)/outside", 0o600) == 0
      case .removeOutside: rename("\(folder)/outside", "\(folder)/elsewhere") == 0
      case .readHidden: opens("\(folder)/hidden/file", O_RDONLY)
      case .signal: kill(outer, 0) == 0
      case .trace: opens("/proc/\(outer)/environ", O_RDONLY)
      case .socket: LocalSocket.isReached(.path("\(folder)/socket"))
      case .abstractSocket: LocalSocket.isReached(.abstract(folder))
      case .network: LocalSocket.isReached(.port(port))
      }
    }
    let lines = [own] + passed.map(\.rawValue)
    try AtomicFile.replace(
      "\(folder)/work/passed", with: Array((lines.joined(separator: "\n") + "\n").utf8), effects: .open)
  }

  private static func opens(_ path: String, _ flags: Int32) -> Bool {
    let descriptor = open(path, flags | O_CLOEXEC)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }
}
