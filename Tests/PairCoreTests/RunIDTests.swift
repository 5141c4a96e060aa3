import PairCore
import Testing

@Suite struct RunIDTests {
  @Test(
    arguments: [
      (0, "19700101T000000-000000"), (0xABC, "19700101T000000-000abc"), (.max, "19700101T000000-ffffff"),
      (0x1_0000_0001, "19700101T000000-000001"),
    ] as [(UInt64, String)])
  func `a run id is its start and six random digits`(_ random: UInt64, _ text: String) {
    #expect(RunID(start: Timestamp(secondsSince1970: 0), random: random).text == text)
  }

  @Test func `a run id reads back from its text`() {
    let id = RunID(start: Timestamp(secondsSince1970: 1_000_000_000), random: 77)
    #expect(RunID(id.text) == id)
  }

  @Test(arguments: ["", "..", "a/b", "a.lock", "a b", "a\n", "é", String(repeating: "1", count: 41)])
  func `what could leave its folder or its ref is no run id`(_ text: String) {
    #expect(RunID(text) == nil)
  }
}
