/// The bounds on files, on the command line's input and on what is written to the log.
public enum InputLimits {
  /// A certificate, a key, a list of authorities or a token.
  public static let credential = Limit(
    "a certificate, key, authority or token file", 1 << 20, "bytes",
    because: "a Secret or a ConfigMap holds at most 1 MiB")

  /// A file or standard input of a command, such as manifests, a review or a kubeconfig.
  public static let commandInput = Limit(
    "a file or standard input of a command", 64 << 20, "bytes",
    because: "a thousand RayClusters of 64 KiB fit, and an endless input ends before memory does")

  /// A log line.
  public static let logLine = Limit(
    "a log line", 16 << 10, "bytes", because: "containerd splits longer lines, and half a JSON object is none")

  /// The bounds in the order of the reference.
  public static let all = [credential, commandInput, logLine]
}
