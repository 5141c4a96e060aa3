import PairCore
import TestSupport
import Testing

@testable import Pipeline

/// What HEAD says is evidence: a tree that came from another commit must not revert what lies between.
@Suite struct HeadEvidenceTests {
  private func change(_ path: String, _ lines: String...) -> FileChange {
    FileChange(
      path: path, kind: .modified,
      addedLines: lines.enumerated().map { AddedLine(number: $0.offset + 1, text: $0.element) })
  }

  @Test func `conflict markers are those that git writes, all three of them`() {
    let whole = change("a", "<<<<<<< HEAD", "one", "=======", "two", ">>>>>>> side")
    #expect(HeadEvidence.conflictMarkers(in: [change("b", "x"), whole]) == "a")
    #expect(
      HeadEvidence.conflictMarkers(in: [change("a", "<<<<<<< HEAD", "======="), change("b", ">>>>>>> x")])
        == nil)
    #expect(HeadEvidence.conflictMarkers(in: [change("title.rst", "Title", "=======")]) == nil)
    #expect(
      HeadEvidence.conflictMarkers(in: [change("a", "  <<<<<<< HEAD", "=======", "  >>>>>>> side")]) == nil)
  }
}
