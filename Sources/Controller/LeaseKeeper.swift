internal import JSON
internal import Kubernetes
internal import Logging
internal import Names
internal import Transport

/// Acquires the Lease, renews it while this replica leads, and releases it at shutdown.
struct LeaseKeeper {
  let key: ObjectKey
  let access: ClusterAccess
  let loop: EventLoop
  let leadership: Leadership
  let clock: WallClock
  let log: Logger
  /// The identity of this replica.
  let identity: String
  /// Called when this replica becomes the leader (true), or has lost the Lease (false).
  let changed: @Sendable (Bool) -> Void

  /// Runs until the loop drains. A leader then still leads, until `release`.
  func run() async -> LeaderElection {
    let client = KubernetesClient(access, on: loop)
    var election = LeaderElection(identity: identity)
    repeat {
      await attempt(&election, client)
      report(election.mandate)
    } while await wait(election)
    return election
  }

  /// Waits for the next attempt. A leader that cannot renew stops in time.
  private func wait(_ election: LeaderElection) async -> Bool {
    let next = Instant.now + LeaderElection.retry
    guard let mandate = election.mandate, mandate < next else {
      return await loop.sleep(until: next, endedBy: .draining)
    }
    let goesOn = await loop.sleep(until: mandate, endedBy: .draining)
    report(nil)
    return goesOn
  }

  /// Reads the Lease, and writes it if this replica leads or may lead.
  private func attempt(_ election: inout LeaderElection, _ client: KubernetesClient) async {
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
      // A conflict means that another replica has written: the next read shows it. A leader goes on until its mandate
      // ends.
      if election.mandate.map({ $0 <= .now }) ?? true { election.lost() }
      log.log(
        level: error.status?.isConflict == true ? .debug : .warning, "cannot renew lease",
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

  /// Lets others lead at once. Call it when the last write has been answered.
  func release(_ election: LeaderElection) async {
    report(nil)
    let client = KubernetesClient(access, on: loop)
    let deadline = Instant.now + .seconds(2)
    do throws(KubernetesError) {
      guard let lease = try await read(client, until: deadline) else { return }
      guard let free = election.release(LeaseRecord(lease), time: clock.microTime()) else { return }
      try await write(free, over: lease, client, until: deadline)
      log.notice("lease released", metadata: ["lease": "\(key)"])
    } catch { log.info("cannot release lease", metadata: ["lease": "\(key)", "error": "\(error)"]) }
  }

  private func report(_ mandate: Instant?) {
    guard leadership.set(mandate) else { return }
    log.notice(
      mandate == nil ? "lost leadership" : "became leader", metadata: ["lease": "\(key)", "identity": "\(identity)"])
    changed(mandate != nil)
  }

  private func path(_ name: String? = nil) -> String {
    "/apis/\(APIVersion<String>.coordination)/namespaces/\(key.namespace)/leases\(name.map { "/\($0)" } ?? "")"
  }
}
