import PairCore
import Testing

@Suite struct GitEventTests {
  static let main = BranchName("main")
  static let other = BranchName("feature/x")

  @Test(
    arguments: [
      ([:], [:], []), ([main: object(1)], [main: object(1)], []),
      ([:], [main: object(1)], [.branchCreated(main, at: object(1))]),
      ([main: object(1)], [:], [.branchDeleted(main, was: object(1))]),
      ([main: object(1)], [main: object(2)], [.branchMoved(main, from: object(1), to: object(2))]),
      (
        [main: object(1)], [main: object(2), other: object(3)],
        [.branchCreated(other, at: object(3)), .branchMoved(main, from: object(1), to: object(2))]
      ),
      (
        [main: object(1)], [other: object(1)],
        [.branchCreated(other, at: object(1)), .branchDeleted(main, was: object(1))]
      ),
    ] as [([BranchName: ObjectID], [BranchName: ObjectID], [GitEvent])])
  func `two listings of branches tell what happened between them`(
    _ old: [BranchName: ObjectID], _ new: [BranchName: ObjectID], _ events: [GitEvent]
  ) {
    #expect(GitEvent.branchEvents(from: old, to: new) == events)
  }

  @Test func `branches of ours are known by their name`() throws {
    let branch = BranchName.result(of: try TaskID("T-1"))
    #expect(branch.ref == "refs/heads/paircoder/T-1")
    #expect(branch.isOurs)
    #expect(!BranchName("paircoder").isOurs)
    #expect(!Self.main.isOurs)
  }
}
