import PairCore
import Testing

@Suite struct TaskStatusTests {
  @Test(
    arguments: [
      ("In Progress", "in_progress"), ("in-progress", "in_progress"), (" DONE ", "done"), ("todo", "todo"),
      ("in__progress", "in_progress"), ("", ""),
    ])
  func `a status is compared in one form`(_ written: String, _ text: String) {
    #expect(TaskStatus(written).text == text)
  }

  @Test(
    arguments: [
      ("done", true, false), ("Complete", true, false), ("completed", true, false),
      ("integrated", true, false),
      ("closed", true, false), ("pending", false, true), ("ready", false, true), ("Planned", false, true),
      ("todo", false, true), ("queued", false, true), ("in_progress", false, false),
      ("blocked", false, false),
      ("draft", false, false), ("shelved", false, false), ("", false, false),
    ])
  func `a status is finished, ready or neither`(_ written: String, _ finished: Bool, _ ready: Bool) {
    let status = TaskStatus(written)
    #expect(status.isFinished == finished)
    #expect(status.isReady == ready)
  }
}
