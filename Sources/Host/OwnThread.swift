import Dispatch

/// Returns what `work` does, which may block its thread: it gets a thread of its own, away from Swift's cooperative
/// pool, whose few threads everything else waits for.
package func onOwnThread<Result: Sendable>(
  _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "bpsai-pair.own-thread").async {
      continuation.resume(with: Swift.Result { try work() })
    }
  }
}
