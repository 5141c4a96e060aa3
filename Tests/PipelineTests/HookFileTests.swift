import Foundation
import PairCore
import TestSupport
import Testing

@testable import Pipeline

@Suite struct HookFileTests {
  static let script = "#!/bin/sh\n# bpsai-pair: takes up the tasks that a commit changed.\n"
  static let path = ".git/hooks/post-commit"
  static let before = ".git/hooks/before-bpsai-pair/post-commit"

  let scratch: ScratchRepository

  init() throws { scratch = try ScratchRepository() }

  var file: HookFile { HookFile(hook: .postCommit, folder: scratch.path + "/.git/hooks", effects: .open) }

  func mode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: scratch.path + "/" + name)[.posixPermissions] as? Int
  }

  func expectNothingLeft() {
    #expect(!scratch.scratch.exists("repo/.git/hooks/before-bpsai-pair"))
  }

  @Test func `a hook is installed, again without harm, and removed`() throws {
    try FileManager.default.removeItem(atPath: scratch.path + "/.git/hooks")
    for _ in 0..<2 {
      try file.install(Self.script)
      #expect(scratch.read(Self.path) == Self.script)
      #expect(try mode(Self.path) == 0o755)
    }
    #expect(try file.uninstall())
    #expect(scratch.read(Self.path) == nil)
    #expect(try !file.uninstall())
  }

  @Test(arguments: [("#!/bin/sh\necho mine\n", 0o755), ("no newline, not executable", 0o644), ("", 0o700)])
  func `a hook that stood there comes back byte for byte`(_ text: String, _ bits: Int) throws {
    try scratch.write(Self.path, text)
    try FileManager.default.setAttributes(
      [.posixPermissions: bits], ofItemAtPath: scratch.path + "/" + Self.path)
    try file.install(Self.script)
    try file.install(Self.script + "# Another version.\n")
    #expect(scratch.read(Self.before) == text)
    #expect(try file.uninstall())
    #expect(scratch.read(Self.path) == text)
    #expect(try mode(Self.path) == bits)
    expectNothingLeft()
  }

  @Test(arguments: ["../../scripts/hook", "/nowhere/hook", "hook"])
  func `a link that stood there still leads where it led, and comes back`(_ target: String) throws {
    let path = scratch.path + "/" + Self.path
    try scratch.write(".git/hooks/hook", "beside")
    try scratch.write("scripts/hook", "in the checkout")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    let text = scratch.read(Self.path)
    try file.install(Self.script)
    #expect(scratch.read(Self.before) == text)
    #expect(try file.uninstall())
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
    expectNothingLeft()
  }

  @Test func `a hook finds its name and what lies beside it where it stood`() throws {
    try scratch.write(".git/hooks/common.sh", "say() { echo \"${0##*/}\"; }\n")
    try scratch.write(Self.path, "#!/bin/sh\n. \"$(dirname \"$0\")/common.sh\"\nsay\n", executable: true)
    try file.install(Self.script)
    let run = try Invocation.run(
      scratch.path + "/" + Self.before, [], in: scratch.path, environment: scratch.scratch.environment)
    #expect(run.output == "post-commit\n")
    #expect(try file.uninstall())
    expectNothingLeft()
  }

  @Test func `two hooks that stood there come back one by one`() throws {
    let other = HookFile(hook: .postMerge, folder: scratch.path + "/.git/hooks", effects: .open)
    try scratch.write(Self.path, "one")
    try scratch.write(".git/hooks/post-merge", "two")
    for hook in [file, other, file] { try hook.install(Self.script) }
    #expect(try file.uninstall())
    #expect(scratch.read(Self.path) == "one")
    #expect(try other.uninstall())
    #expect(scratch.read(".git/hooks/post-merge") == "two")
    expectNothingLeft()
  }

  @Test func `nothing is overwritten when two foreign hooks stand there`() throws {
    try scratch.write(Self.path, "one")
    try scratch.write(Self.before, "two")
    #expect(throws: PairError.self) { try file.install(Self.script) }
    #expect(scratch.read(Self.path) == "one")
    #expect(scratch.read(Self.before) == "two")
  }

  @Test func `a foreign hook is not uninstalled`() throws {
    try scratch.write(Self.path, "mine")
    #expect(try !file.uninstall())
    #expect(scratch.read(Self.path) == "mine")
  }

  @Test func `what is written into a script stays one word`() throws {
    let program = "/a b/it's $HOME/bpsai-pair"
    let script = HookScripts(inCheckout: "pair='@BPSAI_PAIR@'\n", onServer: "", program: program)
      .text(of: .postCommit)
    let run = try Invocation.run(
      "/bin/sh", ["-c", script + "printf %s \"$pair\""], in: scratch.path,
      environment: scratch.scratch.environment)
    #expect(run.output == program)
  }
}
