public import JSON
public import RayPlan

/// Answers admission reviews: one synchronous call from bytes to bytes, for the server, the command line and the
/// tests alike.
public struct Reviewer: Sendable {
  /// What the operator decided about plans.
  public let options: PlanOptions
  /// What it has an opinion about; all else is allowed as it is.
  public let subjects: Set<Subject>

  /// Something that is reviewed.
  public enum Subject: CaseIterable, Sendable {
    /// RayClusters, created or updated.
    case rayClusters
    /// Services that KubeRay makes for heads, as they are created; none is ever refused.
    case headServices
  }

  /// A reviewer of its own opinion about nothing else.
  public init(options: PlanOptions = .standard, of subjects: Set<Subject> = Set(Subject.allCases)) {
    self.options = options
    self.subjects = subjects
  }

  /// A reply, and what it was about.
  public struct Reply {
    /// The AdmissionReview to send back.
    public let bytes: [UInt8]
    /// What it says.
    public let answer: AdmissionAnswer
    /// The plan of the RayCluster, if there is one.
    public let plan: PortPlan?
    /// What it answers.
    public let review: AdmissionReview
  }

  /// Answers one AdmissionReview.
  ///
  /// - Throws: `MalformedReview` if it cannot be answered at all; a RayCluster that cannot be read is denied.
  public func review(_ bytes: [UInt8]) throws(MalformedReview) -> Reply {
    var budget = WorkBudget()
    return try review(bytes, within: &budget)
  }

  /// Answers one AdmissionReview, with no more work than a budget allows.
  ///
  /// - Throws: `MalformedReview` if it cannot be answered at all, or not in time.
  public func review(_ bytes: [UInt8], within budget: inout WorkBudget) throws(MalformedReview) -> Reply {
    let document: JSONDocument
    do throws(JSONSyntaxError) { document = try JSONDocument(bytes) } catch { throw .notJSON(error) }
    return try review(document, within: &budget)
  }

  /// Answers one AdmissionReview that is parsed already.
  ///
  /// - Throws: `MalformedReview` if it cannot be answered at all.
  public func review(_ document: JSONDocument) throws(MalformedReview) -> Reply {
    var budget = WorkBudget()
    return try review(document, within: &budget)
  }

  private func review(_ document: JSONDocument, within budget: inout WorkBudget) throws(MalformedReview) -> Reply {
    let (review, answer, plan): (AdmissionReview, AdmissionAnswer, PortPlan?)
    do throws(JSONMismatch) {
      review = try AdmissionReview(document.root)
      (answer, plan) = try self.answer(to: review, in: document, &budget)
    } catch { throw .notAReview(error) }
    guard !budget.isLate else { throw .late }
    return Reply(bytes: review.answer(answer), answer: answer, plan: plan, review: review)
  }

  private func answer(
    to review: AdmissionReview, in document: JSONDocument, _ budget: inout WorkBudget
  ) throws(JSONMismatch) -> (AdmissionAnswer, PortPlan?) {
    if subjects.contains(.rayClusters), review.resource.isRayCluster {
      guard review.isOperation("CREATE") || review.isOperation("UPDATE") else { return (.allow([]), nil) }
      return try write(in: review, of: document).decision(within: &budget)
    }
    if subjects.contains(.headServices), review.resource.isService, review.isOperation("CREATE"),
      let service = review.object
    {
      guard budget.allows(service.weight) else { return (.allow([]), nil) }
      let patch = JSONPatch(forHeadService: service)
      return (patch.isEmpty ? .allow([]) : .patch(patch, []), nil)
    }
    return (.allow([]), nil)
  }

  private func write(in review: AdmissionReview, of document: JSONDocument) throws(JSONMismatch) -> ClusterWrite {
    let request = try document.root.requiredObject("request")
    guard let object = review.object else {
      throw request.missing("object", expected: "the RayCluster that is written")
    }
    guard review.isOperation("CREATE") || review.oldObject != nil else {
      throw request.missing("oldObject", expected: "the RayCluster before the update")
    }
    let namespace = review.namespace
    guard !namespace.isEmpty else {
      throw request.missing("namespace", expected: "the RayCluster's namespace")
    }
    let old = review.isOperation("UPDATE") ? review.oldObject : nil
    return ClusterWrite(object.asRoot, after: old?.asRoot, namespace: namespace, options: options)
  }
}

/// Why there is no answer to a review: nothing in it says whom to answer, or nobody waits for it any longer.
public enum MalformedReview: Error, Hashable, Sendable, CustomStringConvertible {
  case notJSON(JSONSyntaxError)
  case notAReview(JSONMismatch)
  /// The time for it was over before it was done.
  case late

  /// One line for a person.
  public var description: String {
    switch self {
    case .notJSON(let error): error.description
    case .notAReview(let mismatch): mismatch.description
    case .late: "the review took longer than its client waits"
    }
  }
}
