import CHost
import Glibc
import PairCore

/// The way out of a network namespace to some hosts: tinyproxy(8) on this side, which knows the hosts, and a socat(1) on
/// each side, with a socket in the file system between the two.
///
/// This process starts what is on this side, and ends it with all that it started.
struct ProxyOutlet {
  /// Holds a socket for each port, by its number.
  let folder: String
  private let ports: Set<UInt16>
  /// Of the proxy; nil where only ports of this machine are reached.
  private let proxyPort: UInt16?

  /// Nil for rules that name no hosts.
  ///
  /// - Throws: `PairError` where a program cannot be started or does not listen within ten seconds.
  static func start(for sandbox: Sandbox) throws -> ProxyOutlet? {
    guard sandbox.bwrap != nil, case .hosts(let hosts) = sandbox.rules.network, let programs = sandbox.proxy
    else {
      return nil
    }
    let list = HostList(hosts)
    // Not in TMPDIR: the name of a socket has 107 bytes at most (unix(7)).
    var template = Array("/tmp/bpsai-pair.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let folder = Files.canonical(String(cString: &template)) else {
      throw PairError.system("making a folder in /tmp")
    }
    var proxyPort: UInt16?
    do {
      if !list.proxied.isEmpty { proxyPort = try startProxy(list, programs.tinyproxy, in: folder) }
      let outlet = ProxyOutlet(
        folder: folder, ports: list.forwarded.union(proxyPort.map { [$0] } ?? []), proxyPort: proxyPort)
      for port in outlet.ports {
        _ = try spawn(
          [programs.socat, "-lf", "/dev/null", "-t", "60", "UNIX-LISTEN:\(folder)/\(port),fork,mode=600"]
            + ["TCP:127.0.0.1:\(port)"])
      }
      try wait(for: "socat to listen") {
        outlet.ports.allSatisfy { FileInfo.kind(at: "\(folder)/\($0)") != nil }
      }
      return outlet
    } catch {
      try? DirectoryWalk.removeTree(folder, effects: .open)  // The error says more.
      throw error
    }
  }

  func remove() { try? DirectoryWalk.removeTree(folder, effects: .open) }  // What is left harms nothing.

  private static func startProxy(_ list: HostList, _ tinyproxy: String, in folder: String) throws -> UInt16 {
    let (filter, configuration) = ("\(folder)/filter", "\(folder)/configuration")
    try AtomicFile.replace(filter, with: Array(list.filter.utf8), mode: 0o600, effects: .open)
    // A free port can be taken before tinyproxy takes it.
    var attempt = 1
    while true {
      let free = try LocalSocket.listen(.port(0))
      let port = LocalSocket.port(of: free)
      close(free)
      let text = list.configuration(port: port, filter: filter)
      try AtomicFile.replace(configuration, with: Array(text.utf8), mode: 0o600, effects: .open)
      let pid = try spawn([tinyproxy, "-d", "-c", configuration])
      do {
        try wait(for: "tinyproxy to listen") {
          if waitpid(pid, nil, WNOHANG) == pid {
            throw PairError(.internal, "starting \(tinyproxy): it ended")
          }
          return LocalSocket.isListening(on: port, process: pid)
        }
        return port
      } catch {
        if attempt == 3 { throw error }
        attempt += 1
      }
    }
  }

  private static func spawn(_ command: [String]) throws -> pid_t {
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid: pid_t = 0
    let code = pair_spawn(&words, "/dev/null", -1, 0, &pid)
    if code != 0 { throw PairError.system("starting \(command[0])", code: code) }
    return pid
  }

  private static func wait(for what: String, _ isThere: () throws -> Bool) throws {
    let end = SelfPipe.milliseconds() + 10_000
    while try !isThere() {
      if SelfPipe.milliseconds() > end { throw PairError(.internal, "waiting for \(what): it took too long") }
      usleep(2_000)
    }
  }

  // MARK: Within the namespace

  /// For the program within; `enter(_:socat:)` reads them.
  var words: [String] {
    ports.sorted().map { "forward=\($0)=\(folder)/\($0)" } + (proxyPort.map { ["proxy=\($0)"] } ?? [])
  }

  /// Has a socat listen on each port that `words` tell, and tells this process and its program of the proxy.
  ///
  /// - Returns: the words that were not for it.
  static func enter(_ words: [String]) throws -> [String] {
    let socat = words.first { $0.hasPrefix("socat=") }?.dropFirst("socat=".count) ?? ""
    var ports: [UInt16] = []
    var others: [String] = []
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 2).map(String.init)
      if parts.count == 3, parts[0] == "forward", let port = UInt16(parts[1]) {
        let command = [
          String(socat), "-lf", "/dev/null", "-t", "60", "TCP-LISTEN:\(port),bind=127.0.0.1,reuseaddr,fork",
          "UNIX-CONNECT:\(parts[2])",
        ]
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        let code = pair_spawn_apart(&words)
        if code != 0 { throw PairError.system("starting \(command[0])", code: code) }
        ports.append(port)
      } else if parts.count == 2, parts[0] == "proxy" {
        for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
          for name in [name, name.lowercased()] { setenv(name, "http://127.0.0.1:\(parts[1])", 1) }
        }
        for name in ["NO_PROXY", "no_proxy"] { setenv(name, "localhost,127.0.0.1,::1", 1) }
      } else {
        others.append(word)
      }
    }
    try wait(for: "socat to listen") { ports.allSatisfy { LocalSocket.isListening(on: $0) } }
    return others
  }
}
