/// What a program may reach. Paths are absolute and canonical; of two, the deeper one decides on what is below it.
package struct SandboxRules: Hashable, Sendable {
  package enum Network: Hashable, Sendable {
    /// All that this machine reaches.
    case open
    /// A network of its own, in which it reaches itself.
    case loopback
    /// As `loopback`, and by a proxy these: `host`, `*.domain`, `host:port`. A `127.0.0.1:port` of this machine is
    /// reached at the same port.
    case hosts([String])
  }

  /// Files and folders that it may write; all else it may only read. What does not exist is passed over.
  package let write: [String]
  /// Files and folders below hidden ones that it may read all the same.
  package let read: [String]
  /// Files and folders that it may not read. What is both hidden and to be written is hidden.
  package let hidden: [String]
  package let network: Network

  package init(
    write: [String], read: [String] = [], hidden: [String] = [], network: Network = .open
  ) {
    self.write = write
    self.read = read
    self.hidden = hidden
    self.network = network
  }
}
