import PairCore
import Pipeline
import TestSupport
import Testing

@Suite struct ApprovalsTests {
  static func approvals(_ scratch: ScratchRepository, _ more: [String: String] = [:]) throws -> Approvals {
    try Approvals(of: Workspace(.of(scratch, more)))
  }

  @Test func `exactly the text that was approved is`() throws {
    let scratch = try ScratchRepository()
    let approvals = try Self.approvals(scratch)
    #expect(try !approvals.contain("make test"))
    try approvals.add("make test")
    try approvals.add("make test")
    #expect(try Self.approvals(scratch).contain("make test"))
    for text in ["make test ", "make test\n", "Make test", "make tests", ""] {
      #expect(try !approvals.contain(text))
    }
  }

  @Test func `an approval holds in every worktree of a repository and in no other one`() throws {
    let scratch = try ScratchRepository()
    try scratch.commit()
    try scratch.git(["worktree", "add", "--quiet", "--detach", "../other"])
    try Self.approvals(scratch).add("make")
    #expect(try Self.approvals(scratch, ["GIT_DIR": scratch.path + "/.git/worktrees/other"]).contain("make"))
    let foreign = try ScratchRepository()
    #expect(try !Self.approvals(foreign, ["XDG_STATE_HOME": scratch.scratch.path + "/state"]).contain("make"))
  }

  @Test func `an approval that somebody changed is none`() throws {
    let scratch = try ScratchRepository()
    try Self.approvals(scratch).add("make")
    try Invocation.run(
      "/bin/sh", ["-c", "for f in state/bpsai-pair/approvals/*/*; do echo evil > $f; done"],
      in: scratch.scratch.path, environment: scratch.scratch.environment
    ).expectSuccess()
    #expect(try !Self.approvals(scratch).contain("make"))
  }

  @Test func `approvals lie outside the repository, for their owner alone`() throws {
    let scratch = try ScratchRepository()
    let before = try scratch.git(["status", "--porcelain", "--ignored"])
    try Self.approvals(scratch).add("make")
    #expect(try scratch.git(["status", "--porcelain", "--ignored"]) == before)
    let modes = try Invocation.run(
      "/bin/sh", ["-c", "stat -c %a state/bpsai-pair/approvals/* state/bpsai-pair/approvals/*/*"],
      in: scratch.scratch.path, environment: scratch.scratch.environment)
    #expect(modes.output == "700\n600\n")
  }

  @Test func `a check that has not been approved is named`() throws {
    let approvals = try Self.approvals(ScratchRepository())
    try approvals.add("make a")
    let checks = ["a", "b"].map { Check(name: "check \($0)", run: "make \($0)", timeoutInSeconds: 1) }
    try approvals.require([checks[0]], called: "check", owner: "checks")
    let error = try #require(throws: PairError.self) {
      try approvals.require(checks, called: "check", owner: "checks")
    }
    #expect(error.kind == .notApproved)
    #expect(error.message == "the check 'check b' has not been approved")
  }
}

extension Invocation {
  func expectSuccess() { #expect(status == 0, "\(errors)") }
}
