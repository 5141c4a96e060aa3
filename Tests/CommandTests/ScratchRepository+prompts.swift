import Foundation
import TestSupport
import Testing

extension ScratchRepository {
  /// What the agents of all runs were told, oldest first.
  func prompts() throws -> [String] {
    let folder = URL(fileURLWithPath: path + "/.git/paircoder/runs")
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix("/prompt.md")
    }
    .sorted { a, b in
      let date = {
        try FileManager.default.attributesOfItem(atPath: folder.path + "/" + $0)[.modificationDate]
      }
      return try #require(date(a) as? Date) < #require(date(b) as? Date)
    }
    .map { try String(contentsOfFile: folder.path + "/" + $0, encoding: .utf8) }
  }
}
