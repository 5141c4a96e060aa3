import Testing

@testable import Host

@Suite struct BwrapArgumentsTests {
  private static let kinds: [String: FileInfo.Kind] = [
    "/run": .folder, "/run/media": .folder, "/home/ada": .folder, "/home/ada/.ssh": .folder,
    "/home/ada/.netrc": .file, "/home/ada/project": .folder, "/home/ada/project/key": .file,
    "/runs": .folder, "/runs/1": .folder, "/tmp/tmux/default": .other, "/runs/1/socket": .other,
    "/runs/socket": .other, "/dev/kvm": .other, "/link": .link,
  ]

  /// What follows the device and process file systems.
  private func mounts(
    write: [String] = [], read: [String] = [], hidden: [String] = [], sockets: [String] = [],
    readable: [String] = []
  ) -> String {
    let all = BwrapArguments(
      rules: SandboxRules(write: write, read: read, hidden: hidden), sockets: sockets, readable: readable,
      isRoot: false
    ) { BwrapArgumentsTests.kinds[$0] }.all()
    return all.dropFirst(all.firstIndex(of: "/proc").map { $0 + 2 } ?? 0).joined(separator: " ")
  }

  private let runtime = "--perms 0555 --tmpfs /run --ro-bind /run/media /run/media"

  @Test func `all is read-only but what may be written, and folders of services are empty`() {
    #expect(
      mounts(write: ["/home/ada/project", "/gone", "/link"])
        == "--bind /home/ada/project /home/ada/project \(runtime) --remount-ro /run")
  }

  @Test func `what is to be read in a hidden folder is there, and cannot be written`() {
    #expect(
      mounts(read: ["/runs/1"], hidden: ["/runs"])
        == "\(runtime) --perms 0555 --tmpfs /runs --ro-bind /runs/1 /runs/1 --remount-ro /run --remount-ro /runs"
    )
  }

  @Test func `of two rules the inner one decides, and the outer one is mounted first`() {
    #expect(
      mounts(
        write: ["/runs/1", "/home/ada"], hidden: ["/runs", "/home/ada/project/key", "/home/ada/.netrc"])
          == """
          --bind /home/ada /home/ada --ro-bind /dev/null /home/ada/.netrc --ro-bind /dev/null /home/ada/project/key \
          \(runtime) --perms 0555 --tmpfs /runs --bind /runs/1 /runs/1 --remount-ro /run --remount-ro /runs
          """)
  }

  @Test func `what a rule around it covers already is not mounted again`() {
    #expect(
      mounts(write: ["/home/ada", "/home/ada/project"], hidden: ["/runs", "/runs/1"])
        == "--bind /home/ada /home/ada \(runtime) --perms 0555 --tmpfs /runs --remount-ro /run")
  }

  @Test func `sockets are hidden, but the program's own and those that are hidden anyway`() {
    #expect(
      mounts(
        write: ["/runs/1"], hidden: ["/runs"],
        sockets: ["/runs/1/socket", "/runs/socket", "/tmp/tmux/default", "/tmp/gone"])
        == "\(runtime) --perms 0555 --tmpfs /runs --bind /runs/1 /runs/1 --ro-bind /dev/null /tmp/tmux/default "
        + "--remount-ro /run --remount-ro /runs")
  }

  @Test func `a device is one, and a hidden folder can be read where that is wanted`() {
    #expect(
      mounts(write: ["/dev/kvm"], hidden: ["/runs"], readable: ["/runs/1"])
        == "--dev-bind /dev/kvm /dev/kvm \(runtime) --perms 0555 --tmpfs /runs --ro-bind /runs/1 /runs/1 "
        + "--remount-ro /run --remount-ro /runs")
  }

  @Test func `the network is shared where it is open, and the system's controls are closed to root`() {
    func words(_ network: SandboxRules.Network, isRoot: Bool = false) -> [String] {
      BwrapArguments(
        rules: SandboxRules(write: [], network: network), sockets: [], isRoot: isRoot, kind: { _ in nil }
      ).all()
    }
    #expect(!words(.open).contains("--unshare-net"))
    #expect(words(.loopback).contains("--unshare-net"))
    #expect(words(.hosts(["a.example"])).contains("--unshare-net"))
    #expect(!words(.open).contains("/proc/sys"))
    #expect(words(.open, isRoot: true).contains("/proc/sys"))
  }
}
