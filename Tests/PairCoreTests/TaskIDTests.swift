import PairCore
import Testing

@Suite struct TaskIDTests {
  @Test(arguments: ["TASK-025", "T18.1", "T29.2.9", "HF-001", "a", "9_b"])
  func `real ids are valid`(_ text: String) throws {
    #expect(try TaskID(text).text == text)
  }

  @Test(
    arguments: [
      "", "../x", "-a", ".a", "a/b", "a..b", "a.lock", "A.LOCK", "a.", "a b", "a~1", "a\nb", "é1",
      String(repeating: "x", count: 101),
    ])
  func `what is no ref component is refused`(_ text: String) {
    #expect(throws: PairError.self) { try TaskID(text) }
  }

  @Test func `ids sort by their numbers`() throws {
    let ids = try ["T29.10", "T29.9", "T29.2.9", "TASK-2", "TASK-10"].map { try TaskID($0) }
    #expect(ids.sorted().map(\.text) == ["T29.2.9", "T29.9", "T29.10", "TASK-2", "TASK-10"])
  }
}
