import Foundation
import PairCore
import Testing

@Suite struct RunOutcomeTests {
  @Test(
    arguments: [
      (.committed(object(1)), #"{"commit":"\#(object(1).hex)","state":"committed"}"#),
      (
        .failed(Failure(.stalled, "for an hour")),
        #"{"failure":{"detail":"for an hour","kind":"stalled"},"state":"failed"}"#
      ),
    ] as [(RunOutcome.End, String)])
  func `an end as JSON says its state, and reads back`(_ end: RunOutcome.End, _ json: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(end), as: UTF8.self) == json)
    #expect(try JSONDecoder().decode(RunOutcome.End.self, from: Data(json.utf8)) == end)
  }

  @Test(arguments: [
    "{}", #"{"state": "flown"}"#, #"{"state": "committed"}"#, #"{"state": "committed", "commit": "12"}"#,
    #"{"state": "failed"}"#,
  ])
  func `what is no end is refused`(_ json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(RunOutcome.End.self, from: Data(json.utf8))
    }
  }
}
