/// The hosts that rules on the network name, and how programs are told of them.
struct HostList: Hashable {
  /// `host` or `*.domain`: what a proxy lets through.
  let proxied: [String]
  /// Of hosts with a port; to these and 443 the proxy connects.
  let ports: Set<UInt16>
  /// Ports of this machine.
  let forwarded: Set<UInt16>

  /// - Parameter hosts: as `SandboxRules.Network.hosts` says.
  init(_ hosts: [String]) {
    var proxied: [String] = []
    var ports: Set<UInt16> = [443]
    var forwarded: Set<UInt16> = []
    for host in hosts {
      let parts = host.split(separator: ":", maxSplits: 1).map(String.init)
      let port = parts.count == 2 ? UInt16(parts[1]) : nil
      switch (parts.first, port) {
      case ("127.0.0.1", let port?), ("localhost", let port?): forwarded.insert(port)
      case (let name?, let port):
        proxied.append(name)
        if let port { ports.insert(port) }
      case (nil, _): break
      }
    }
    (self.proxied, self.ports, self.forwarded) = (proxied, ports, forwarded)
  }

  /// A file of regular expressions, one a line, of which a host must match one (tinyproxy.conf(5)).
  var filter: String {
    proxied.map { host in
      let isDomain = host.hasPrefix("*.")
      let name = isDomain ? String(host.dropFirst()) : host
      let escaped = name.map { $0.isLetter || $0.isNumber || $0 == "-" ? "\($0)" : "\\\($0)" }.joined()
      return (isDomain ? "" : "^") + escaped + "$\n"
    }.joined()
  }

  /// - Parameter filter: the path of a file that holds `filter`.
  func configuration(port: UInt16, filter: String) -> String {
    """
    Port \(port)
    Listen 127.0.0.1
    Timeout 600
    MaxClients 100
    LogFile "/dev/null"
    DisableViaHeader Yes
    Filter "\(filter)"
    FilterDefaultDeny Yes

    """ + ports.sorted().map { "ConnectPort \($0)\n" }.joined()
  }
}
