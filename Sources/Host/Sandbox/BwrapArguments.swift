/// What bwrap(1) has to be told for rules to hold: the file system as it is, read-only, with the exceptions mounted
/// over it, the outer ones first. Mounts hide what Landlock does not look at, such as sockets in the file system.
struct BwrapArguments {
  let rules: SandboxRules
  /// The sockets in the file system; connecting to one needs no right to write where it lies.
  let sockets: [String]
  /// Folders that are read whatever hides them.
  var readable: [String] = []
  let isRoot: Bool
  /// What stands at a path itself; nil for nothing.
  let kind: (_ path: String) -> FileInfo.Kind?

  private enum Access { case hidden, read, write }

  /// Where services of the system and of the user listen.
  private static let runtime = "/run"
  /// What programs read there: the names of hosts, NixOS's programs, disks and the folders around a container.
  private static let neededOfRuntime = [
    "systemd/resolve/stub-resolv.conf", "systemd/resolve/resolv.conf", "NetworkManager/resolv.conf",
    "resolvconf/resolv.conf", "current-system", "booted-system", "opengl-driver", "wrappers", "media", "host",
  ].map { "\(runtime)/\($0)" }
  /// By these root changes the whole system, and needs no capability for it.
  private static let controls = ["sys", "sysrq-trigger", "irq", "bus", "fs"].map { "/proc/\($0)" }

  /// Up to the program.
  func all() -> [String] {
    // Without capabilities no mount is undone. Root gives a user namespace within this one a user only with this one,
    // which is worth nothing outside (user_namespaces(7)).
    var words = ["--unshare-user", "--unshare-ipc", "--die-with-parent", "--cap-drop", "ALL"]
    if isRoot { words += ["--cap-add", "CAP_SETFCAP"] }
    if rules.network != .open { words += ["--unshare-net"] }
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--bind", "/proc", "/proc"]
    if isRoot { words += BwrapArguments.controls.flatMap { ["--ro-bind-try", $0, $0] } }
    return words + mounts()
  }

  private func mounts() -> [String] {
    var access: [String: Access] = [BwrapArguments.runtime: .hidden]
    for path in BwrapArguments.neededOfRuntime + readable + rules.read { access[path] = .read }
    for path in rules.write { access[path] = .write }
    for path in rules.hidden { access[path] = .hidden }
    let sockets = Set(sockets).subtracting(access.keys)

    var words: [String] = []
    var holders: [String] = []
    var above: [(path: String, access: Access)] = []
    let paths =
      access.keys.map { ($0, $0.split(separator: "/")) } + sockets.map { ($0, $0.split(separator: "/")) }
    for (path, _) in paths.sorted(by: { $0.1.lexicographicallyPrecedes($1.1) }) {
      while let last = above.last, !path.hasPrefix(last.path + "/") { above.removeLast() }
      let outer = above.last?.access ?? .read
      guard let kind = kind(path), kind != .link || access[path] == .read else { continue }
      guard let own = access[path] else {
        // A socket of the program's own stays, and a hidden one is hidden.
        if outer == .read, kind == .other { words += ["--ro-bind", "/dev/null", path] }
        continue
      }
      if own != outer, outer == .hidden, let holder = above.last { holders.append(holder.path) }
      above.append((path, own))
      if own == outer { continue }
      switch own {
      // Closed by its mode: to make each read-only takes as long again.
      case .hidden where kind == .folder: words += ["--perms", "0555", "--tmpfs", path]
      // A device, which is not opened where devices are off.
      case .hidden: words += ["--ro-bind", "/dev/null", path]
      case .read: words += ["--ro-bind", path, path]
      case .write: words += [path.hasPrefix("/dev/") ? "--dev-bind" : "--bind", path, path]
      }
    }
    // At the end: what is mounted within them needs folders there, which are writable until then.
    return words + Set(holders).sorted().flatMap { ["--remount-ro", $0] }
  }
}
