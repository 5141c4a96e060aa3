import Host
import PairCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Feeds damaged task files, plans and settings to their parsers, which must return or throw, in bounded
/// time and memory.
///
///     FuzzTaskFiles [--files N] [--seed S]
///     FuzzTaskFiles --replay INDEX [--seed S]
///     FuzzTaskFiles FILE
@main
enum Fuzz {
  static func main() async {
    do {
      switch try Job(CommandLine.arguments.dropFirst()) {
      case .campaign(let files, let seed): try await Campaign(seed: seed).run(files: files)
      case .replay(let index, let seed):
        let mutant = Mutant(index: index, seed: seed)
        let path = "fuzz-\(seed)-\(index).\(mutant.kind.ending)"
        try AtomicFile.replace(path, with: mutant.bytes, effects: .open)
        print("wrote \(path), \(mutant.bytes.count) bytes")
        fflush(nil)
        try replay(mutant)
      case .file(let path):
        guard let bytes = try Files.read(path) else { throw PairError(.usage, "there is no file \(path)") }
        try replay(Mutant(kind: FileKind(ofFile: path), bytes: bytes))
      }
    } catch let error as PairError {
      print("FuzzTaskFiles: \(error.message)\(error.hint.map { "\n  \($0)" } ?? "")")
      exit(error.kind == .usage ? 2 : 1)
    } catch {
      print("FuzzTaskFiles: \(error)")
      exit(1)
    }
  }

  private static func replay(_ mutant: Mutant) throws(PairError) {
    let (outcome, time) = mutant.timedCheck()
    switch outcome {
    case .broken(let fault): throw PairError(.failed, fault)
    case .rejected(let error):
      print("rejected at \(error.location.map(String.init(describing:)) ?? "no place"): \(error.message)")
    case .parsed: print("parsed")
    }
    print("\(time.inMilliseconds) ms, peak memory \(Campaign.peakMemoryInKiB) KiB")
  }
}

extension Duration {
  var inMilliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }
}
