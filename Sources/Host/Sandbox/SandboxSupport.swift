import Glibc
package import PairCore

/// What this system can enforce.
package struct SandboxSupport: Hashable, Sendable {
  /// The version of Landlock; 0 for none. One before `Landlock.firstWhole` is partial.
  package let landlockABI: Int
  /// The path of a bwrap(1) that works here.
  package let bwrap: String?
  /// What lets a program with a network of its own reach some hosts.
  package let proxy: ProxyPrograms?
  /// What is missing, a sentence each, with what installs it.
  package let missing: [String]

  init(landlockABI: Int, bwrap: String?, proxy: ProxyPrograms?, missing: [String] = []) {
    self.landlockABI = landlockABI
    self.bwrap = bwrap
    self.proxy = proxy
    self.missing = missing
  }

  /// Looks at the system, and tries the bwrap(1) on `path`. What that showed is kept in the file `cache`, until kernel,
  /// user, bwrap or what the system allows a user changes; a damaged cache counts as none.
  ///
  /// - Throws: what `effects` throws.
  package static func probe(
    on path: SearchPath, cache: String, effects: EffectDoor
  ) throws -> SandboxSupport {
    func find(_ name: String) -> String? { path.candidates(name).first(where: Files.isExecutable) }
    var missing: [String] = []
    let version = Landlock.version
    if version == 0 {
      missing.append("Landlock is missing: the kernel must be Linux 6.2 or later, with Landlock switched on.")
    } else if version < Landlock.firstWhole {
      missing.append("Landlock is partial: before Linux 6.2 a program can empty files outside its folders.")
    }
    let bwrap = find("bwrap")
    let fault =
      try bwrap.map { try BwrapProbe(of: $0, isTrue: find("true")).fault(cache: cache, effects) } ?? nil
    if let fault, let bwrap {
      missing.append("\(bwrap) does not work here: \(fault)")
    } else if bwrap == nil {
      missing.append(
        "bwrap is not installed, which walls off the network and sockets: apt-get install bubblewrap")
    }
    let proxy = find("tinyproxy").flatMap { tinyproxy in
      find("socat").map { ProxyPrograms(tinyproxy: tinyproxy, socat: $0) }
    }
    if proxy == nil {
      missing.append(
        "tinyproxy or socat is not installed, which limit the network to some hosts: "
          + "apt-get install tinyproxy-bin socat")
    }
    return SandboxSupport(
      landlockABI: version, bwrap: fault == nil ? bwrap : nil, proxy: proxy, missing: missing)
  }

  /// The strongest walls that this system has for `rules`; nil for none. Where the network cannot be walled, its rule
  /// is `open` in what is returned.
  ///
  /// - Parameter bringsOwn: whether the program starts a bwrap of its own, which Landlock's rules on files would deny.
  package func sandbox(for rules: SandboxRules, bringsOwn: Bool = false) -> Sandbox? {
    let landlock = landlockABI > 0 && !bringsOwn
    guard bwrap != nil || landlock else { return nil }
    var network = bwrap == nil ? .open : rules.network
    if case .hosts = network, proxy == nil { network = .open }
    let rules = SandboxRules(
      write: rules.write, read: rules.read, hidden: rules.hidden, network: network)
    return Sandbox(bwrap: bwrap, landlock: landlock, rules: rules, proxy: proxy)
  }
}

/// The programs that let others through to some hosts; absolute paths.
package struct ProxyPrograms: Hashable, Sendable {
  package let tinyproxy: String
  package let socat: String

  package init(tinyproxy: String, socat: String) {
    self.tinyproxy = tinyproxy
    self.socat = socat
  }
}
