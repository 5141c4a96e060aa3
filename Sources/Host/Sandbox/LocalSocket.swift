import Glibc
import PairCore

/// Sockets of this machine (unix(7), ip(7)).
enum LocalSocket {
  enum Address {
    case path(String)
    case abstract(String)
    /// On 127.0.0.1; 0 for a free one.
    case port(UInt16)

    fileprivate var family: Int32 { if case .port = self { AF_INET } else { AF_UNIX } }

    /// As the system takes it.
    fileprivate func use(_ work: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
      var storage = sockaddr_storage()
      return withUnsafeMutableBytes(of: &storage) { bytes in
        bytes.storeBytes(of: sa_family_t(family), as: sa_family_t.self)
        var count = MemoryLayout<sockaddr_in>.size
        switch self {
        case .port(let port):
          bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
          bytes.storeBytes(of: UInt32(0x7F00_0001).bigEndian, toByteOffset: 4, as: UInt32.self)
        case .path(let text), .abstract(let text):
          var name = Array(text.utf8)
          if case .abstract = self { name.insert(0, at: 0) } else { name.append(0) }
          // sun_path has 108 bytes; a longer name is no address.
          guard name.count <= 108 else { return -1 }
          bytes[2..<(2 + name.count)].copyBytes(from: name)
          count = 2 + name.count
        }
        let address = bytes.bindMemory(to: sockaddr.self)
        return work(UnsafePointer(address.baseAddress!), socklen_t(count))
      }
    }

    fileprivate func open() -> Int32 {
      socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }
  }

  /// A socket that others connect to, which the caller closes.
  static func listen(_ address: Address) throws(PairError) -> Int32 {
    let descriptor = address.open()
    guard descriptor >= 0, address.use({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 8) == 0
    else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw .system("listening on \(address)", code: code)
    }
    return descriptor
  }

  /// The port that the socket `descriptor` has.
  static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Whether a socket listens on 127.0.0.1 at `port`, one of `process` where that is not nil (proc_pid_net(5)).
  static func isListening(on port: UInt16, process: Int32? = nil) -> Bool {
    // Without /proc nothing is known of it.
    let table = String(decoding: ((try? Files.read("/proc/net/tcp")) ?? nil) ?? [], as: UTF8.self)
    let number = String(port, radix: 16, uppercase: true)
    let address = "0100007F:" + String(repeating: "0", count: 4 - number.count) + number
    let rows = table.split(separator: "\n").map { $0.split(separator: " ") }
    // The state 0A is LISTEN; the tenth column is the socket's inode.
    let inodes = rows.filter { $0.count > 9 && $0[1] == address && $0[3] == "0A" }.map { "socket:[\($0[9])]" }
    guard let process else { return !inodes.isEmpty }
    return (3..<64).contains { number in
      ProcessRecord.link("fd/\(number)", of: process).map { inodes.contains($0) } ?? false
    }
  }

  /// Whether a connection comes about.
  static func isReached(_ address: Address) -> Bool {
    let descriptor = address.open()
    defer { if descriptor >= 0 { close(descriptor) } }
    return descriptor >= 0 && address.use { connect(descriptor, $0, $1) } == 0
  }
}
