import Foundation
import Git
import PairCore
import TestSupport
import Testing

@testable import AgentRuns

@Suite struct PrivateSettingsTests {
  private func settings(_ entries: (String, String, isOfRepository: Bool)...) -> GitSettings {
    GitSettings(
      entries.map { .init(isOfRepository: $0.isOfRepository, name: $0.0, value: Array($0.1.utf8)) })
  }

  @Test(arguments: [
    "core.hookspath", "core.fsmonitor", "core.sshcommand", "core.worktree", "credential.helper",
    "credential.https://example.com.helper", "gpg.program", "user.signingkey", "hook.x.command",
    "include.path",
    "http.https://example.com/.extraheader", "http.cookiefile", "url.https://x@example.com/.insteadof",
    "extensions.worktreeconfig", "remote.origin.pushurl",
  ])
  func `an agent does not get what signs, hooks, watches or lets others in`(_ name: String) {
    let own = settings((name, "theirs", true)).ofAgent(hooks: "/hooks", common: "/repo/.git")
    #expect(!own.entries.contains { $0.value == Array("theirs".utf8) })
  }

  @Test(arguments: [
    "core.autocrlf", "filter.x.clean", "merge.x.driver", "remote.origin.url", "branch.main.merge",
    "user.name",
    "submodule.sub.url", "core.sparsecheckout",
  ])
  func `the rest is as the user has it`(_ name: String) {
    let own = settings((name, "theirs", true)).ofAgent(hooks: "/hooks", common: "/repo/.git")
    #expect(own.value(name) == "theirs")
  }

  /// The user's own file holds in every repository: what it says is overruled.
  @Test func `what the user set for all repositories is overruled`() {
    let own = settings(
      ("core.hookspath", "/theirs", false), ("credential.helper", "store", false),
      ("commit.gpgsign", "true", false),
      ("remote.up.url", "/up", false)
    ).ofAgent(hooks: "/hooks", common: "/repo/.git")
    #expect(own.value("core.hookspath") == "/hooks")
    #expect(own.value("credential.helper") == "")
    #expect(own.value("commit.gpgsign") == "false")
    #expect(own.value("remote.up.pushurl")?.hasPrefix("/dev/null/") == true)
  }

  @Test(arguments: [(nil, "/repo/.git/lfs"), ("store", "/repo/.git/store"), ("/mnt/lfs", "/mnt/lfs")])
  func `large files are where the user has them`(_ named: String?, _ folder: String) {
    let theirs = named.map { settings(("lfs.storage", $0, true)) } ?? settings()
    #expect(theirs.ofAgent(hooks: "/hooks", common: "/repo/.git").value("lfs.storage") == folder)
    #expect(theirs.ofOurs(common: "/repo/.git").value("lfs.storage") == folder)
  }

  @Test func `a partial clone stays one`() {
    let own = settings(("extensions.partialclone", "origin", true)).ofAgent(
      hooks: "/hooks", common: "/repo/.git")
    #expect(own.value("extensions.partialclone") == "origin")
    #expect(own.value("core.repositoryformatversion") == "1")
  }

  @Test func `a folder that outgrows its limit is seen`() throws {
    let folder = try ScratchFolder()
    try folder.write("large", String(repeating: "x", count: 1 << 20))
    #expect(DiskWatch(of: folder.path, limitInBytes: 1 << 19).isTooLarge)
    #expect(!DiskWatch(of: folder.path, limitInBytes: 1 << 30).isTooLarge)
    let once = DiskWatch(of: folder.path, limitInBytes: 1 << 19)
    #expect(once.isTooLarge)
    #expect(!once.isTooLarge, "it is not looked at all the time")
  }
}
