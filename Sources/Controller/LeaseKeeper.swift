internal import JSON
internal import Kubernetes
internal import Logging
internal import Names
internal import Transport

/// Comes to lead by a Lease, goes on leading by renewing it, and gives it back at the end.
struct LeaseKeeper {
  let key: ObjectKey
  let access: ClusterAccess
  let loop: EventLoop
  let leadership: Leadership
  let clock: WallClock
  let log: Logger
  /// Who this replica is.
  let identity: String
  /// What to do when this replica comes to lead, or does no more.
  let changed: @Sendable (Bool) -> Void

  /// Goes on until the loop drains; who leads then still does, until `release`.
  func run() async -> LeaderElection {
    let client = KubernetesClient(access, on: loop)
    var election = LeaderElection(identity: identity)
    repeat {
      await stand(&election, client)
      tell(election.mandate)
    } while await wait(election)
    return election
  }

  /// Until the next try, at which a leader that cannot renew stops in time.
  private func wait(_ election: LeaderElection) async -> Bool {
    let next = Instant.now + LeaderElection.retry
    guard let mandate = election.mandate, mandate < next else {
      return await loop.sleep(until: next, endedBy: .draining)
    }
    let goesOn = await loop.sleep(until: mandate, endedBy: .draining)
    tell(nil)
    return goesOn
  }

  /// Reads the Lease, and writes it where this replica leads or may.
  private func stand(_ election: inout LeaderElection, _ client: KubernetesClient) async {
    let asked = Instant.now
    let deadline = election.deadline(at: asked)
    do throws(KubernetesError) {
      let lease = try await read(client, until: deadline)
      guard let bid = election.bid(on: lease.map { LeaseRecord($0) }, at: .now, time: clock.microTime()) else {
        return
      }
      try await write(bid, over: lease, client, until: deadline)
      election.won(bid, asked: asked)
    } catch {
      // A conflict is somebody else's write: the next read will tell. A leader goes on to the end of its mandate.
      if election.mandate.map({ $0 <= .now }) ?? true { election.lost() }
      log.log(
        level: error.status?.isConflict == true ? .debug : .warning, "lease not renewed",
        metadata: ["lease": "\(key)", "error": "\(error)"])
    }
  }

  private func read(
    _ client: KubernetesClient, until deadline: Instant
  ) async throws(KubernetesError) -> JSONElement? {
    do throws(KubernetesError) {
      return try await client.send(APICall(.read, path(key.name)), until: deadline).root
    } catch {
      guard error.status?.isNotFound == true else { throw error }
      return nil
    }
  }

  private func write(
    _ record: LeaseRecord, over lease: JSONElement?, _ client: KubernetesClient, until deadline: Instant
  ) async throws(KubernetesError) {
    let body = record.object(key, over: lease.map { JSONValue($0) })
    let call = lease == nil ? APICall(.create, path(), body: body) : APICall(.replace, path(key.name), body: body)
    _ = try await client.send(call, until: deadline)
  }

  /// Lets others lead at once, when the last write has been answered.
  func release(_ election: LeaderElection) async {
    tell(nil)
    let client = KubernetesClient(access, on: loop)
    let deadline = Instant.now + .seconds(2)
    do throws(KubernetesError) {
      guard let lease = try await read(client, until: deadline) else { return }
      guard let free = election.release(LeaseRecord(lease), time: clock.microTime()) else { return }
      try await write(free, over: lease, client, until: deadline)
      log.notice("lease released", metadata: ["lease": "\(key)"])
    } catch { log.info("lease not released", metadata: ["lease": "\(key)", "error": "\(error)"]) }
  }

  private func tell(_ mandate: Instant?) {
    guard leadership.set(mandate) else { return }
    log.notice(mandate == nil ? "leads no more" : "leads", metadata: ["lease": "\(key)", "identity": "\(identity)"])
    changed(mandate != nil)
  }

  private func path(_ name: String? = nil) -> String {
    "/apis/\(APIVersion<String>.coordination)/namespaces/\(key.namespace)/leases\(name.map { "/\($0)" } ?? "")"
  }
}
