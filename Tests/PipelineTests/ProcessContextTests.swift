import PairCore
import Pipeline
import Testing

@Suite struct ProcessContextTests {
  static func process(_ environment: [String: String]) -> ProcessContext {
    ProcessContext(
      environment: environment, folder: "/", program: "", host: "", processID: 1, isRoot: false,
      now: { Timestamp(secondsSince1970: 0) }, random: { 1 }, effects: .open, say: { _ in })
  }

  @Test(
    arguments: [
      (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/bpsai-pair"),
      (["HOME": "/h"], "/h/.local/state/bpsai-pair"),
      (["XDG_STATE_HOME": "", "HOME": "/h"], "/h/.local/state/bpsai-pair"),
      (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/bpsai-pair"),
    ])
  func `state lies where the user's variables say`(_ environment: [String: String], _ folder: String) throws {
    #expect(try Self.process(environment).requireStateFolder() == folder)
  }

  @Test(arguments: [[:], ["HOME": ""], ["HOME": "h", "XDG_STATE_HOME": "s"]])
  func `without an absolute path there is no place for state`(_ environment: [String: String]) throws {
    let error = try #require(throws: PairError.self) {
      try Self.process(environment).requireStateFolder()
    }
    #expect(error.kind == .unsupported)
  }
}
