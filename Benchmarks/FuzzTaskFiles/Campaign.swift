import Host
import PairCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Many mutants, half of them on each of two threads. Whatever kills the process leaves in
/// `fuzz-running-0` and `-1` the indices of the mutants that were being parsed.
struct Campaign: Sendable {
  let seed: UInt64

  private static let workers = 2
  private static let block = 1000
  private static let round = 100_000
  /// For one mutant, in processor time: other work on the machine must not count.
  private static let timeLimit = Duration.seconds(1)
  /// An input that takes longer than this is taken for endless: SIGALRM ends the process.
  private static let hangLimitInSeconds: UInt32 = 60
  private static let memoryLimitInKiB = 64 << 10

  /// - Throws: `PairError` of kind `failed` at the first mutant that breaks a rule, named in the message
  ///   and left in a file.
  func run(files: Int) async throws {
    print("\(files) files of seed \(seed)")
    let clock = ContinuousClock()
    let start = clock.now
    var total = Tally()
    for first in stride(from: 0, to: files, by: Campaign.round) {
      let indices = first..<min(first + Campaign.round, files)
      total.add(try await round(indices))
      let seconds = max(0.001, Double((clock.now - start).inMilliseconds) / 1000)
      print(
        "\(indices.upperBound) files in \(Int(seconds)) s, \(Int(Double(indices.upperBound) / seconds))/s;",
        "\(total.parsed) parsed; slowest \(total.slowest.inMilliseconds) ms (\(total.slowestIndex));",
        "peak memory \(Campaign.peakMemoryInKiB) KiB")
      fflush(nil)
      if let (index, fault) = total.fault { throw failure(at: index, fault) }
      if Campaign.peakMemoryInKiB > Campaign.memoryLimitInKiB {
        throw failure(at: total.hungriestIndex, "memory grew above \(Campaign.memoryLimitInKiB) KiB")
      }
    }
    for worker in 0..<Campaign.workers { try Files.remove(Campaign.runningFile(worker), effects: .open) }
  }

  private func round(_ indices: Range<Int>) async throws -> Tally {
    try await withThrowingTaskGroup(of: Tally.self) { group in
      for worker in 0..<Campaign.workers {
        group.addTask { try work(on: indices, as: worker) }
      }
      var total = Tally()
      for try await tally in group { total.add(tally) }
      return total
    }
  }

  /// Checks every other block of `indices`, up to the first fault.
  private func work(on indices: Range<Int>, as worker: Int) throws -> Tally {
    let running = try RunningFile(Campaign.runningFile(worker))
    var tally = Tally()
    for index in indices where index / Campaign.block % Campaign.workers == worker {
      if index % Campaign.block == 0 { alarm(Campaign.hangLimitInSeconds) }
      running.note(seed: seed, index: index)
      let mutant = Mutant(index: index, seed: seed)
      let (outcome, time) = mutant.timedCheck()
      tally.add(outcome, index: index, time: time)
      if tally.fault == nil, time > Campaign.timeLimit {
        tally.fault = (index, "it takes \(time.inMilliseconds) ms")
      }
      if tally.fault != nil { break }
      if mutant.bytes.count > 1 << 16 || index % 100 == 0 { tally.noteMemory(of: index) }
    }
    alarm(0)
    return tally
  }

  private func failure(at index: Int, _ fault: String) -> PairError {
    let mutant = Mutant(index: index, seed: seed)
    let path = "fuzz-\(seed)-\(index).\(mutant.kind.ending)"
    do {
      try AtomicFile.replace(path, with: mutant.bytes, effects: .open)
    } catch {
      return PairError(.failed, "file \(index) of seed \(seed): \(fault)")
    }
    return PairError(.failed, "\(path): \(fault)", hint: "Try it again: FuzzTaskFiles \(path)")
  }

  private static func runningFile(_ worker: Int) -> String { "fuzz-running-\(worker)" }

  /// What this thread has taken so far.
  static var processorTime: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// The most memory that this process ever held (proc(5), VmHWM); 0 where the system does not say.
  static var peakMemoryInKiB: Int {
    guard let status = try? Files.read("/proc/self/status") else { return 0 }
    let line = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isWholeNumber)) } ?? 0
  }
}

extension Mutant {
  func timedCheck() -> (outcome: Outcome, time: Duration) {
    let start = Campaign.processorTime
    let outcome = check()
    return (outcome, Campaign.processorTime - start)
  }
}

/// What came out of a number of mutants.
struct Tally: Sendable {
  var parsed = 0
  var slowest = Duration.zero
  var slowestIndex = 0
  /// The mutant after which memory grew last.
  var hungriestIndex = 0
  private var peakMemoryInKiB = 0
  var fault: (index: Int, message: String)?

  mutating func add(_ outcome: Outcome, index: Int, time: Duration) {
    switch outcome {
    case .parsed: parsed += 1
    case .rejected: break
    case .broken(let message): fault = (index, message)
    }
    if time > slowest { (slowest, slowestIndex) = (time, index) }
  }

  mutating func noteMemory(of index: Int) {
    let peak = Campaign.peakMemoryInKiB
    if peak > peakMemoryInKiB { (peakMemoryInKiB, hungriestIndex) = (peak, index) }
  }

  mutating func add(_ other: Tally) {
    parsed += other.parsed
    if other.slowest > slowest { (slowest, slowestIndex) = (other.slowest, other.slowestIndex) }
    if other.peakMemoryInKiB > peakMemoryInKiB {
      (peakMemoryInKiB, hungriestIndex) = (other.peakMemoryInKiB, other.hungriestIndex)
    }
    if fault == nil { fault = other.fault }
  }
}

/// A file that always names the mutant being worked on; written at every one, so it is not replaced.
struct RunningFile: ~Copyable {
  private let descriptor: Int32

  init(_ path: String) throws(PairError) {
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw PairError(.internal, "opening \(path) fails: errno \(errno)") }
  }

  deinit { close(descriptor) }

  func note(seed: UInt64, index: Int) {
    var text = "--seed \(seed) --replay \(index)          \n"
    text.withUTF8 { _ = unsafe pwrite(descriptor, $0.baseAddress!, $0.count, 0) }
  }
}
