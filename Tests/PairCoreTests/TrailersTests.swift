import PairCore
import Testing

@Suite struct TrailersTests {
  @Test func `trailers read back as they were written`() {
    var trailers = Trailers()
    trailers.add("PairCoder-Task", "T-1")
    trailers.add("Nothing", nil)
    trailers.add("URL", "https://example.com: 80")
    trailers.add("Empty", "")
    #expect(Trailers(readFrom: "Subject\n\nBody.\n\n\(trailers.text)\n") == trailers)
    #expect(trailers.pairs.map(\.key) == ["PairCoder-Task", "URL", "Empty"])
  }

  @Test(arguments: ["\n", "\r", "\r\n", "\u{2028}", "\u{85}", "\u{b}", "\n\n"])
  func `a value cannot forge another trailer`(_ lineBreak: String) {
    var trailers = Trailers()
    trailers.add("A", "one\(lineBreak)PairCoder-Event: committed")
    let read = Trailers(readFrom: "S\n\n\(trailers.text)\n")
    #expect(read.pairs.count == 1)
    #expect(read["A"] == "one PairCoder-Event: committed")
    #expect(read["PairCoder-Event"] == nil)
  }

  @Test(
    arguments: [
      "", "Subject", "Key: value", "Key: value\nOther: value", "S\n\nA: 1\nno trailer\nB: 2", "S\n\n: 1",
      "S\n\nbad key: 1", "S\n\nA: 1\n\nSome more text.",
    ])
  func `a message may end without trailers`(_ message: String) {
    #expect(Trailers(readFrom: message).pairs.isEmpty)
  }

  @Test func `only the last paragraph counts`() {
    let trailers = Trailers(readFrom: "S\n\nA: old\n\nB: new\n\n \n")
    #expect(trailers["A"] == nil)
    #expect(trailers["B"] == "new")
  }

  @Test func `of two values the last one counts, and case does not`() {
    let trailers = Trailers(readFrom: "S\n\nKey: 1\nkey: 2")
    #expect(trailers["KEY"] == "2")
    #expect(trailers["other"] == nil)
  }
}
