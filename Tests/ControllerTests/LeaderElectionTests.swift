import JSON
import Kubernetes
import TestSupport
import Testing

@testable import Controller
import Transport

/// Leader election as a value: what is read and when is handed in.
struct LeaderElectionTests {
  private let start = Instant.now
  private let time = "2026-11-25T00:00:00.000000Z"

  private func record(_ holder: String, renewed: String = "1", seconds: Int = 15) -> LeaseRecord {
    LeaseRecord(holder: holder, seconds: seconds, acquired: "0", renewed: renewed, transitions: 3)
  }

  @Test func `who finds no lease makes one, and leads once it is written`() throws {
    var election = LeaderElection(identity: "me")
    let taken = election.bid(on: nil, at: start, time: time)
    let bid = try #require(taken)
    #expect(bid == LeaseRecord(holder: "me", seconds: 15, acquired: time, renewed: time, transitions: 0))
    #expect(election.mandate == nil)
    election.won(bid, asked: start)
    #expect(election.mandate == start + .seconds(10))
  }

  @Test func `a leader renews and keeps the time at which it came to lead`() throws {
    var election = LeaderElection(identity: "me")
    let taken = election.bid(on: record("me"), at: start, time: time)
    let bid = try #require(taken)
    #expect(bid == LeaseRecord(holder: "me", seconds: 15, acquired: "0", renewed: time, transitions: 3))
  }

  @Test func `another's lease is left alone for as long as it changes, by our clock alone`() {
    var election = LeaderElection(identity: "me")
    #expect(election.bid(on: record("other", renewed: "1"), at: start, time: time) == nil)
    #expect(election.bid(on: record("other", renewed: "1"), at: start + .seconds(14), time: time) == nil)
    #expect(election.bid(on: record("other", renewed: "2"), at: start + .seconds(14.5), time: time) == nil)
    #expect(election.bid(on: record("other", renewed: "2"), at: start + .seconds(29), time: time) == nil)
    let bid = election.bid(on: record("other", renewed: "2"), at: start + .seconds(29.5), time: time)
    #expect(bid?.holder == "me")
    #expect(bid?.transitions == 4)
    #expect(bid?.acquired == time)
  }

  @Test func `a lease for longer than ours is respected`() {
    var election = LeaderElection(identity: "me")
    let long = record("other", seconds: 60)
    #expect(election.bid(on: long, at: start, time: time) == nil)
    #expect(election.bid(on: long, at: start + .seconds(59), time: time) == nil)
    #expect(election.bid(on: long, at: start + .seconds(60), time: time) != nil)
  }

  @Test func `a lease that was given back is taken at once`() {
    var election = LeaderElection(identity: "me")
    #expect(election.bid(on: record("", seconds: 1), at: start, time: time)?.holder == "me")
  }

  @Test func `a replica that sees another leader no longer leads`() throws {
    var election = LeaderElection(identity: "me")
    let taken = election.bid(on: nil, at: start, time: time)
    let bid = try #require(taken)
    election.won(bid, asked: start)
    #expect(election.bid(on: record("other"), at: start + .seconds(1), time: time) == nil)
    #expect(election.mandate == nil)
  }

  @Test func `a leader must renew before its mandate ends, and starts over after it has ended`() throws {
    var election = LeaderElection(identity: "me")
    #expect(election.deadline(at: start) == start + .seconds(5))
    election.won(record("me"), asked: start)
    #expect(election.deadline(at: start + .seconds(2)) == start + .seconds(7))
    #expect(election.deadline(at: start + .seconds(9)) == start + .seconds(10))
    #expect(election.mandate != nil)
    #expect(election.deadline(at: start + .seconds(10)) == start + .seconds(15))
    #expect(election.mandate == nil)
  }

  @Test func `only who leads gives a lease back, and says so in a lease that can be read again`() throws {
    let election = LeaderElection(identity: "me")
    #expect(election.release(record("other"), time: time) == nil)
    let free = try #require(election.release(record("me"), time: time))
    #expect(free.holder.isEmpty)
    let key = ObjectKey(namespace: "ns", name: "raymesh")
    #expect(LeaseRecord(try element(free.object(key, over: nil).text)) == free)
    let read: JSONValue = [
      "metadata": ["name": "raymesh", "resourceVersion": "7", "labels": ["team": "ml"]],
      "spec": ["holderIdentity": "me", "strategy": "OldestEmulationVersion"],
    ]
    let written = try element(free.object(key, over: read).text)
    #expect(LeaseRecord(written) == free)
    #expect(JSONValue(written)["metadata"] == read["metadata"], "another's labels stay, and the version")
    #expect(written.member("spec")?.member("strategy")?.string == "OldestEmulationVersion")
  }

  @Test func `times are as an API server reads them`() {
    let clock = WallClock { (1_795_608_000, 12_345_678) }
    #expect(clock.microTime() == "2026-11-25T12:00:00.012345Z")
    #expect(clock.time().description == "2026-11-25T12:00:00Z")
    #expect(RFC3339Time("2026-11-25T12:00:00.012345Z") == clock.time())
    for text in ["", "2026-11-25", "2026-11-25T12:00:00+01:00", "2026-11-25 12:00:00Z"] {
      #expect(RFC3339Time(text) == nil)
    }
  }
}
