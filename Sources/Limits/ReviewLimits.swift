/// The bounds on a RayCluster or a Service, under review or read from the cluster.
public enum ReviewLimits {
  /// Bytes of a ray start parameter that is a number.
  public static let number = Limit(
    "length of a number", 4300, "bytes",
    because: "Python makes no number of more digits (`sys.int_info.default_max_str_digits`)")

  /// Worker groups of a RayCluster.
  public static let workerGroups = Limit(
    "worker groups", 1000,
    because: "what Raymesh adds to that many groups still fits into an object of etcd (1.5 MiB)")

  /// Faults that a refusal tells.
  public static let faultsTold = Limit(
    "faults told", 20, because: "a person reads no more at once, and etcd and API server logs keep the message")

  /// Notices that a user is told as warnings.
  public static let noticesTold = Limit(
    "warnings of a review", 30, because: "an API server takes 4 KiB of warnings in all (`warning.go`)")

  /// Notices of a review that the audit log gets.
  public static let noticesAudited = Limit(
    "notices in the audit log", 1000, because: "one for each worker group, and no more than an audit log can hold")

  /// Bytes of the annotation `raymesh.io/managed` that are read.
  public static let recordLength = Limit(
    "record of what was added", 262_144, "bytes", because: "Kubernetes takes no more annotations of an object")

  /// Names that the record has for one group.
  public static let recordNames = Limit(
    "names of a group in the record", 32, because: "twice as many as there are parameters that Raymesh can add")

  /// Characters of a value in a message.
  public static let valueTold = Limit(
    "value in a message", 80, "characters", because: "enough to find the value, and it stays in one line")

  /// Characters of a place or a name in a message.
  public static let placeTold = Limit(
    "place or name in a message", 300, "characters",
    because: "longer than any place that Raymesh reads, except for keys that somebody made long on purpose")

  /// Bytes that the references in a container's variables and parameters may become, beyond what its variables have.
  public static let expansion = Limit(
    "expanded references", 1024, "bytes",
    because: "longer than ports that variables are made of, and names that refer to others twice cannot double forever")

  /// Steps of work that a review may take. Reading a JSON value takes about one.
  public static let work = Limit(
    "work of a review", 4_000_000, "steps",
    because: "every value of an object that fits into etcd (1.5 MiB) can be looked at five times")

  /// The bounds in the order of the reference.
  public static let all = [
    number, workerGroups, faultsTold, noticesTold, noticesAudited, valueTold, placeTold, recordLength, recordNames,
    expansion, work,
  ]
}
