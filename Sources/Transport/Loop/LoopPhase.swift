/// How far an event loop has come towards its end. It only goes on, never back.
///
/// A wait says by which phase it ends, so each phase ends what nobody would miss by then.
public enum LoopPhase: Comparable, Sendable {
  case running
  /// The end has been announced: who can tell the peer so does.
  case draining
  /// Nothing new is let in.
  case closing
  /// Everything breaks off.
  case aborting
  /// The thread ends.
  case stopped
}
