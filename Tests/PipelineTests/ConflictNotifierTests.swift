import PairCore
import Testing

@testable import Pipeline

@Suite struct ConflictNotifierTests {
  private func conflict(_ one: String, _ other: String) throws -> ConflictForecast {
    func side(_ id: String) throws -> ConflictForecast.Side {
      .init(
        task: try TaskID(id), name: "paircoder/\(id)", commit: ObjectID(String(repeating: "1", count: 40))!)
    }
    return try #require(ConflictForecast(side(one), side(other), .conflict(["a.txt"])))
  }

  @Test func `results are told in lots, one after the other`() throws {
    var news = ConflictNotifier()
    #expect(news.next() == [])
    #expect(!news.isBeingTold)
    let (one, two, three) = (try TaskID("T-1"), try TaskID("T-2"), try TaskID("T-3"))
    news.add(one)
    #expect(news.next() == [one])
    news.add(two)
    news.add(three)
    #expect(news.next() == [])
    #expect(news.isBeingTold)
    news.told([])
    #expect(news.next() == [two, three])
    news.told([])
    #expect(news.next() == [])
  }

  @Test func `what was told is known to the next lot`() throws {
    var news = ConflictNotifier()
    news.add(try TaskID("T-1"))
    _ = news.next()
    news.told([try conflict("T-1", "T-2")])
    #expect(news.known == [try conflict("T-1", "T-2")])
  }
}
