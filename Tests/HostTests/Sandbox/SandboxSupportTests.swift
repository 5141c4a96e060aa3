import PairCore
import TestSupport
import Testing

@testable import Host

@Suite struct SandboxSupportTests {
  private let scratch: ScratchFolder
  private let tally = ReadTally()

  init() throws { scratch = try ScratchFolder() }

  private func probe() throws -> SandboxSupport {
    let door = EffectDoor { [tally] effect in if effect.kind == .spawn { tally.counter.count("spawn") } }
    return try SandboxSupport.probe(
      on: SearchPath(scratch.path + "/bin"), cache: scratch.path + "/state/sandbox", effects: door)
  }

  private func write(_ program: String, _ text: String) throws {
    try scratch.write("bin/\(program)", "#!/bin/sh\n\(text)\n", executable: true)
  }

  @Test func `what is not installed is missing, with what installs it`() throws {
    let support = try probe()
    #expect(support.bwrap == nil)
    #expect(support.proxy == nil)
    #expect(support.missing.contains { $0.contains("apt-get install bubblewrap") })
    #expect(support.missing.contains { $0.contains("apt-get install tinyproxy-bin socat") })
  }

  @Test func `a bwrap is tried once, and again when it has changed or the cache is damaged`() throws {
    try write("bwrap", "exit 0")
    for _ in 0..<2 { #expect(try probe().bwrap == scratch.path + "/bin/bwrap") }
    #expect(tally["spawn"] == 1)
    try scratch.write("state/sandbox", String(repeating: "x", count: 100))
    for _ in 0..<2 { #expect(try probe().bwrap == scratch.path + "/bin/bwrap") }
    #expect(tally["spawn"] == 2)
    try write("bwrap", "echo 'bwrap: No permissions to create a new namespace' >&2; exit 1")
    for _ in 0..<2 {
      let support = try probe()
      #expect(support.bwrap == nil)
      #expect(
        support.missing.contains(
          scratch.path + "/bin/bwrap does not work here: No permissions to create a new namespace"))
    }
    #expect(tally["spawn"] == 3)
  }

  @Test func `the strongest walls are chosen, and a network that cannot be walled is told to be open`() {
    let programs = ProxyPrograms(tinyproxy: "/t", socat: "/s")
    func network(_ network: SandboxRules.Network, _ support: SandboxSupport) -> SandboxRules.Network? {
      support.sandbox(for: SandboxRules(write: [], network: network))?.rules.network
    }
    let all = SandboxSupport(landlockABI: 6, bwrap: "/b", proxy: programs)
    #expect(all.sandbox(for: SandboxRules(write: []))?.words == ["bwrap=/b", "landlock"])
    #expect(all.sandbox(for: SandboxRules(write: []), bringsOwn: true)?.words == ["bwrap=/b"])
    #expect(network(.hosts(["a"]), all) == .hosts(["a"]))
    let noProxy = SandboxSupport(landlockABI: 6, bwrap: "/b", proxy: nil)
    #expect(network(.hosts(["a"]), noProxy) == .open)
    #expect(network(.loopback, noProxy) == .loopback)
    let landlock = SandboxSupport(landlockABI: 3, bwrap: nil, proxy: programs)
    #expect(landlock.sandbox(for: SandboxRules(write: []))?.words == ["landlock"])
    #expect(network(.loopback, landlock) == .open)
    #expect(landlock.sandbox(for: SandboxRules(write: []), bringsOwn: true) == nil)
    let none = SandboxSupport(landlockABI: 0, bwrap: nil, proxy: nil)
    #expect(none.sandbox(for: SandboxRules(write: [])) == nil)
  }
}
