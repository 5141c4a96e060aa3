import PairCore
import Testing

@Suite struct GitEventTests {
  static let none = String(repeating: "0", count: 40)

  @Test func `what a push moved is read line by line`() {
    let main = BranchName("main")
    let lines = """
      \(Self.none) \(object(1)) refs/heads/main
      \(object(1)) \(object(2)) refs/heads/main
      \(object(2)) \(Self.none) refs/heads/feature/x
      \(Self.none) \(object(3)) refs/tags/v1
      \(Self.none) \(Self.none) refs/heads/nothing
      nonsense
      """
    #expect(
      GitEvent.received(lines) == [
        .branchCreated(main, at: object(1)), .branchMoved(main, from: object(1), to: object(2)),
        .branchDeleted(BranchName("feature/x"), was: object(2)),
      ])
    #expect(GitEvent.received("") == [])
  }

  @Test func `branches of ours are known by their name`() throws {
    let branch = BranchName.result(of: try TaskID("T-1"))
    #expect(branch.ref == "refs/heads/paircoder/T-1")
    #expect(branch.isOurs)
    #expect(!BranchName("paircoder").isOurs)
    #expect(!BranchName("main").isOurs)
  }
}
