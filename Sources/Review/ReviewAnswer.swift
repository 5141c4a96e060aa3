package import PairCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What an agent answers that was asked to review a result.
package struct ReviewAnswer: Hashable, Sendable, Decodable {
  package struct Item: Hashable, Sendable, Decodable {
    package enum Severity: String, Hashable, Sendable, Decodable { case note, block }

    package let severity: Severity
    package let path: String?
    package let line: Int?
    package let message: String
  }

  package let verdict: ReviewVerdict
  package private(set) var summary: String
  package private(set) var findings: [Item]

  /// Without credentials.
  func redacted(by redaction: Redaction) -> ReviewAnswer {
    var answer = self
    answer.summary = redaction.redacted(summary)
    answer.findings = findings.map {
      Item(
        severity: $0.severity, path: $0.path.map(redaction.redacted), line: $0.line,
        message: redaction.redacted($0.message))
    }
    return answer
  }

  /// The JSON Schema of an answer, on one line. All keys are required and no others allowed, since codex takes
  /// only such schemas (OpenAI, Structured Outputs).
  package static let schema =
    #"{"type":"object","additionalProperties":false,"required":["verdict","summary","findings"],"#
    + #""properties":{"verdict":{"type":"string","enum":["passes","blocks"]},"summary":{"type":"string"},"#
    + #""findings":{"type":"array","items":{"type":"object","additionalProperties":false,"#
    + #""required":["severity","path","line","message"],"properties":{"#
    + #""severity":{"type":"string","enum":["note","block"]},"path":{"type":["string","null"]},"#
    + #""line":{"type":["integer","null"]},"message":{"type":"string"}}}}}}"#

  /// Reads the last JSON object in `message` that is an answer; the error says what is wrong with the last
  /// object.
  package init(message: String) throws(PairError) {
    var answer: ReviewAnswer?
    var fault = "it holds no JSON object"
    for object in JSONObjects.find(in: Array(message.utf8)) {
      do {
        answer = try JSONDecoder().decode(ReviewAnswer.self, from: Data(object))
      } catch let error as DecodingError {
        fault = error.words
      } catch {
        fault = "\(error)"
      }
    }
    guard let answer else {
      throw PairError(.failed, "the answer does not follow the schema: \(fault)")
    }
    self = answer
  }
}

extension DecodingError {
  /// Which key is at fault, and how.
  fileprivate var words: String {
    let (path, what): ([any CodingKey], String) =
      switch self {
      case .keyNotFound(let key, let context): (context.codingPath + [key], "is missing")
      case .typeMismatch(_, let context): (context.codingPath, "is of another type")
      case .valueNotFound(_, let context): (context.codingPath, "is null")
      case .dataCorrupted(let context) where !context.codingPath.isEmpty:
        (context.codingPath, "is none of the known values")
      default: ([], "")
      }
    if path.isEmpty { return "it is not valid JSON" }
    return "'\(path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: "."))' \(what)"
  }
}

/// The objects in a text that may hold other words before, between and behind them.
enum JSONObjects {
  /// The outermost stretches from a brace to the one that closes it, in their order.
  static func find(in text: [UInt8]) -> [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    // A brace that nothing closes costs a look at all that follows.
    var strays = 0
    while let brace = text[start...].firstIndex(of: UInt8(ascii: "{")), strays < 100 {
      if let end = end(of: text[brace...]) {
        found.append(text[brace..<end])
        start = end
      } else {
        strays += 1
        start = brace + 1
      }
    }
    return found
  }

  /// Behind the brace that closes the one at the start; nil without one. Those in strings do not count.
  private static func end(of text: ArraySlice<UInt8>) -> Int? {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for index in text.indices {
      switch text[index] {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\") where isInString: isEscaped = true
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "{") where !isInString: depth += 1
      case UInt8(ascii: "}") where !isInString:
        depth -= 1
        if depth == 0 { return index + 1 }
      default: break
      }
    }
    return nil
  }
}
