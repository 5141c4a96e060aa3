import Testing

@testable import AgentRuns

@Suite struct JSONValueTests {
  @Test func `members are reached by name, and missing ones are null`() throws {
    let value = try #require(
      JSONValue(line: Array(#"{"a":{"n":3,"x":0.5,"big":1e30},"ok":true,"s":"é","l":[1,"2",null]}"#.utf8)))
    #expect(value["a"]["n"].int == 3)
    #expect(value["a"]["n"].double == 3)
    #expect(value["a"]["x"].double == 0.5)
    #expect(value["a"]["x"].int == nil)
    #expect(value["a"]["big"].double == 1e30)
    #expect(value["ok"].bool == true)
    #expect(value["ok"].int == nil)
    #expect(value["s"].string == "é")
    #expect(value["l"].elements == [.int(1), .string("2"), .null])
    #expect(value["none"]["deeper"] == .null)
  }

  @Test(
    arguments: [
      ("3", 3, 3), ("-1", 0, 0), ("9223372036854775807", 1_000_000_000_000, 1_000_000_000),
      ("1e308", 0, 1_000_000_000), ("0.5", 0, 0.5), ("\"3\"", 0, nil),
    ] as [(String, Int, Double?)])
  func `counts and amounts stay within bounds`(_ number: String, _ count: Int, _ amount: Double?) throws {
    let value = try #require(JSONValue(line: Array(#"{"n":\#(number)}"#.utf8)))["n"]
    #expect(value.count == count)
    #expect(value.amount == amount)
  }

  @Test(arguments: ["", "no", "{", #"{"a":}"#, #"{"a":"cut"#, #"{"a":1} {"b":2}"#])
  func `what is no JSON document is no value`(_ line: String) {
    #expect(JSONValue(line: Array(line.utf8)) == nil)
  }

  @Test func `bytes that are no UTF-8 are repaired`() throws {
    let line = Array(#"{"text":"caf"#.utf8) + [0xC3] + Array(#" and "#.utf8) + [0xFF] + Array(#""}"#.utf8)
    #expect(JSONValue(line: line)?["text"].string == "caf\u{FFFD} and \u{FFFD}")
  }

  @Test(
    arguments: [
      (#"cut \ud83d here"#, "cut \u{FFFD} here"),
      (#"\uDE00 late"#, "\u{FFFD} late"),
      (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
      (#"whole \ud83d\ude00, then \ud83d"#, "whole 😀, then \u{FFFD}"),
      (#"a path \\ud83d and \ud83d"#, #"a path \ud83d and "# + "\u{FFFD}"),
    ])
  func `half a surrogate pair is repaired`(_ escaped: String, _ text: String) {
    #expect(JSONValue(line: Array(#"{"text":"\#(escaped)"}"#.utf8))?["text"].string == text)
  }
}
