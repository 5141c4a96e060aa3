/// What the grammar of a title says about the kind of work: its prefix, its verb and what that is about, the
/// noun that it is built around, and whether it is a complaint or a question.
struct TitleGrammar {
  private let title: String
  /// In lower case, after a prefix and after adjectives that change nothing.
  private let words: [String]
  /// What stands in front of a colon, in lower case: `fix` in `fix(parser): …`, `security review`.
  private let prefix: [String]
  /// The phrase that a title without a verb is about: what stands in front of the first preposition or dash.
  private let head: [String]
  /// Whether something follows `head` that says what it is a look at: "audit of …", "review: …".
  private let hasObject: Bool
  /// The word behind `head`; empty where there is none.
  private let next: String

  /// A type with how sure the grammar is of it.
  struct Finding {
    let reading: Reading<TaskType>
    /// Whether the title can hardly be the name of a thing to build.
    let isFirm: Bool

    init(_ type: TaskType, _ because: String, isFirm: Bool = true) {
      reading = Reading(type, because, .title)
      self.isFirm = isFirm
    }
  }

  init(_ title: String) {
    var rest = title[...]
    var prefix: [String] = []
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      prefix = TitleGrammar.words(in: rest[..<end])
      rest = rest[rest.index(after: end)...]
    } else if let colon = title.firstIndex(of: ":"), title.index(after: colon) != title.endIndex,
      title[title.index(after: colon)].isWhitespace
    {
      prefix = TitleGrammar.words(in: title[..<colon].prefix { $0 != "(" })
      if prefix.count <= 3 { rest = title[title.index(after: colon)...] } else { prefix = [] }
    }
    self.title = title.lowercased()
    self.prefix = prefix
    let all = TitleGrammar.words(in: rest)
    let verb = all.drop { TitleVocabulary.adjectives.contains($0) }
    words = verb.isEmpty ? all : Array(verb)
    let phrase = rest.prefix { $0 != "–" && $0 != "—" && $0 != "(" }
    let head = TitleGrammar.compounds(in: phrase).drop { $0.first?.isAnyNumber == true }
      .prefix { !TitleVocabulary.prepositions.contains($0) && !TitleVocabulary.subordinators.contains($0) }
    // A version or number behind the noun is none: "Release notes 5.1".
    self.head = Array(head.prefix { $0.first?.isNumber != true })
    next =
      TitleGrammar.compounds(in: rest).drop { $0.first?.isAnyNumber == true }.dropFirst(head.count).first
      ?? ""
    hasObject = next == "of" || phrase.endIndex != rest.endIndex
  }

  private static func words(in text: Substring) -> [String] {
    text.lowercased().split { !($0.isAnyLetter || $0.isAnyNumber || $0 == "." || $0 == "_") }
      .map { word in String(word.drop { $0 == "." }) }.filter { !$0.isEmpty }
  }

  /// The same with hyphens inside: "end-to-end" is one word.
  private static func compounds(in text: Substring) -> [String] {
    text.lowercased().split { !($0.isAnyLetter || $0.isAnyNumber || $0 == "." || $0 == "_" || $0 == "-") }
      .map(String.init)
  }

  private var first: String { words.first ?? "" }
  private var second: String { words.count > 1 ? words[1] : "" }
  private var isMaking: Bool { TitleVocabulary.makingVerbs.contains(first) }

  var reading: Finding? { prefixType ?? question ?? objectType ?? complaint ?? verbType ?? headType }

  /// A title that begins with a verb of making: "Add a greeting".
  var making: Reading<TaskType>? {
    isMaking ? Reading(.implement, "the title begins with '\(first)'", .title) : nil
  }

  /// What a title that ends so may have as its result: findings, no code.
  var findings: String? { words.last.flatMap { TitleVocabulary.findings.contains($0) ? $0 : nil } }

  private var verbType: Finding? {
    if let found = leadingVerb {
      let isFirm =
        !TitleVocabulary.softVerbs.contains(found.verb) || TitleVocabulary.determiners.contains(second)
      return Finding(found.type, "the title begins with '\(found.verb)'", isFirm: isFirm)
    }
    guard isMaking, ["remove", "delete", "drop"].contains(first),
      let word = words.first(where: { TitleVocabulary.old.contains($0) })
    else { return nil }
    // "Remove obsolete prompts" changes no behaviour.
    return Finding(.refactor, "the title is to \(first) what is '\(word)'")
  }

  private var prefixType: Finding? {
    guard let last = prefix.last else { return nil }
    let all = prefix.joined(separator: " ")
    let type =
      TitleVocabulary.type(called: all) ?? TitleVocabulary.nouns[last]
      ?? (TitleVocabulary.endings.contains(last) ? .design : nil)
      ?? (last == "review" || TitleVocabulary.findings.contains(last) ? .review : nil)
    return type.map { Finding($0, "the title begins with '\(all):'") }
  }

  private var question: Finding? {
    guard title.hasSuffix("?"), !["can", "could", "may"].contains(first) else { return nil }
    let asksWhatIs = ["why", "are", "is", "do", "does", "did", "has", "have", "who", "where"].contains(first)
    return Finding(asksWhatIs ? .review : .design, "the title asks '\(first) …?'", isFirm: false)
  }

  /// Documents, tests and proposals as the object of a verb that makes or changes them: "Update README.md",
  /// "Add tests for the parser", "Draft an RFC".
  private var objectType: Finding? {
    guard isMaking else { return nil }
    let object = words.dropFirst().prefix { !TitleVocabulary.prepositions.contains($0) }
    guard let last = object.last else { return nil }
    let type: TaskType? =
      if last.hasSuffix(".md") || TitleVocabulary.documents.contains(last) || object.first == "readme" {
        .docs
      } else if TitleVocabulary.proposals.contains(last) {
        .design
      } else if ["tests", "test", "coverage"].contains(last) {
        .test
      } else {
        nil
      }
    return type.map { Finding($0, "the title is to \(first) '\(last)'") }
  }

  /// "Login fails on Safari", but not "Retry when an upload fails".
  private var complaint: Finding? {
    if isMaking { return nil }
    let clause = Array(words.prefix { !TitleVocabulary.subordinators.contains($0) })
    func complains(_ word: String, isFirm: Bool = true) -> Finding {
      Finding(.fix, "the title says that something '\(word)'", isFirm: isFirm)
    }
    if ["cannot", "unable", "wrong", "incorrect", "broken", "flaky", "missing"].contains(first) {
      return complains(first, isFirm: first != "missing")
    }
    for (index, word) in clause.enumerated().dropFirst() {
      let next = clause.indices.contains(index + 1) ? clause[index + 1] : ""
      if TitleVocabulary.complaints.contains(word) { return complains(word) }
      if ["shows", "returns", "displays"].contains(word), TitleVocabulary.faulty.contains(next) {
        return complains("\(word) \(next)")
      }
      if ["do", "does"].contains(word), next == "nothing" { return complains("\(word) nothing") }
      if word == "not", next.hasSuffix("ing") || next.hasSuffix("ed") { return complains("not \(next)") }
      if next == "t", ["doesn", "isn", "won", "can", "aren", "don"].contains(word) {
        return complains("\(word)'t")
      }
    }
    return nil
  }

  /// The noun that a title without a verb is built around: "Accessibility audit of the checkout".
  private var headType: Finding? {
    guard !isMaking, let last = head.last?.split(separator: "-").last.map(String.init) else { return nil }
    let isPhrase = head.count > 1 || hasObject || head.count < words.count
    if isPhrase, let type = TitleVocabulary.nouns[last] {
      let isFirm = !TitleVocabulary.softNouns.contains(last) || head.suffix(2).first == "release"
      return Finding(type, "the title is about '\(last)'", isFirm: isFirm)
    }
    if hasObject, last == "review" || TitleVocabulary.looks.contains(last) {
      return Finding(.review, "the title is about a '\(last)' of something")
    }
    if isPhrase, isFault(last) {
      return Finding(.fix, "the title is about a fault: '\(last)'")
    }
    guard isPhrase, TitleVocabulary.endings.contains(last), hasObject || next == "for" || next.isEmpty
    else { return nil }
    return Finding(.design, "the title is about '\(last)'", isFirm: false)
  }

  /// "Crash when …", "TypeError in …", "Race condition in …"; "Timeout" alone may be a thing to add.
  private func isFault(_ noun: String) -> Bool {
    if TitleVocabulary.faults.contains(noun) { return true }
    if noun == "condition", head.dropLast().last == "race" { return true }
    if noun.hasSuffix("error") || noun.hasSuffix("exception") {
      return noun != "error" && noun != "exception" || TitleVocabulary.placesOfFaults.contains(next)
    }
    return noun == "timeout" && ["when", "while", "after"].contains(next)
  }

  /// The verb that it begins with, where that verb tells the type: "Audit …", "Auditing …", "Load test …".
  var leadingVerb: (verb: String, type: TaskType)? {
    if second == "test", TitleVocabulary.kindsOfTest.contains(first), words.count > 2,
      TitleVocabulary.determiners.contains(words[2])
    {
      return ("\(first) test", .test)
    }
    guard let type = TitleVocabulary.verbs[first] ?? TitleVocabulary.verb(ofGerund: first) else { return nil }
    if TitleVocabulary.verbsThatAreNouns.contains(first) {
      // "Review queue", "Audit log", "Design system", "Merge conflicts": the verb is half of a noun.
      if TitleVocabulary.nounsAfterVerb.contains(second) { return nil }
      // "Test strategy", "Refactoring roadmap": the phrase is about its last noun.
      if head.count == 2, let last = head.last, TitleVocabulary.nouns[last] != nil { return nil }
      if first == "test", findings != nil { return nil }
    }
    if first == "plan", !TitleVocabulary.determiners.contains(second) { return nil }
    if ["clean", "break"].contains(first), second != "up" { return nil }
    if first == "investigate", TitleVocabulary.choices.contains(second) { return (first, .design) }
    if TitleVocabulary.movingVerbs.contains(first) {
      let saysWhereTo = ["to", "into", "from", "with", "out"].contains { words.contains($0) }
      return saysWhereTo || title.holds(" + ") || PathKind.looksLikeSource(second) ? (first, type) : nil
    }
    return (first, type)
  }
}
