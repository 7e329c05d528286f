import Admission
import JSON
import TestSupport
import Testing

@testable import RayPlan

@Suite struct AdmissionReviewTests {
  private static let request = #"""
    "uid":"u1","operation":"CREATE","namespace":"ray","name":"demo","resource":{"group":"ray.io","version":"v1","resource":"rayclusters"}
    """#

  @Test(arguments: ["v1", "v1beta1"])
  func `a review is read, both versions alike`(version: String) throws {
    let review = try AdmissionReview(
      element(
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/\#(version)","unknown":[],"request":{"#
          + #"\#(AdmissionReviewTests.request),"subResource":"status","object":{"a":1},"oldObject":null,"dryRun":true}}"#
      ))
    #expect(review.version.rawValue == "admission.k8s.io/\(version)" && review.uid == "u1")
    #expect(review.operation == "CREATE" && review.namespace == "ray" && review.name == "demo")
    #expect(review.resource.group == "ray.io" && review.resource.version == "v1")
    #expect(review.resource.name == "rayclusters" && review.resource.subresource == "status")
    #expect(review.object?.member("a")?.integer == 1)
  }

  @Test(arguments: [
    ("[]", "the whole text: found [], expected an AdmissionReview"),
    ("{}", "/kind: found nothing, expected a string"),
    (#"{"kind":"Pod"}"#, #"/kind: found "Pod", expected "AdmissionReview""#),
    (#"{"kind":"AdmissionReview"}"#, "/apiVersion: found nothing, expected a string"),
    (
      #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}"#,
      #"/apiVersion: found "admission.k8s.io/v2", expected admission.k8s.io/v1 or admission.k8s.io/v1beta1"#
    ),
    (reviewing(nil), "/request: found nothing, expected an object"),
    (reviewing("[]"), "/request: found [], expected an object"),
    (reviewing("{}"), "/request/uid: found nothing, expected a string"),
    (reviewing(#"{"uid":""}"#), #"/request/uid: found "", expected a string that is not empty"#),
    (reviewing(#"{"uid":7}"#), "/request/uid: found 7, expected a string"),
    (reviewing(#"{"uid":"u1"}"#), "/request/operation: found nothing, expected a string"),
    (reviewing(#"{"uid":"u1","operation":"CREATE"}"#), "/request/resource: found nothing, expected an object"),
    (
      reviewing(#"{"uid":"u1","operation":"CREATE","resource":{"group":"ray.io"}}"#),
      "/request/resource/version: found nothing, expected a string"
    ),
    (
      reviewing(#"{"uid":"u1","operation":"CREATE","resource":{"version":"v1"}}"#),
      "/request/resource/resource: found nothing, expected a string"
    ),
    (reviewing("{\(request),\"subResource\":1}"), "/request/subResource: found 1, expected a string"),
    (reviewing("{\(request),\"object\":[]}"), "/request/object: found [], expected an object"),
    (reviewing("{\(request)}"), "/request/object: found nothing, expected the RayCluster that is written"),
    (
      reviewing("{\(request),\"object\":{}}").replacing("CREATE", with: "UPDATE"),
      "/request/oldObject: found nothing, expected the RayCluster before the update"
    ),
    (
      reviewing("{\(request),\"object\":{}}").replacing(#""namespace":"ray""#, with: #""namespace":"""#),
      "/request/namespace: found nothing, expected the RayCluster's namespace"
    ),
  ])
  func `a malformed review has no answer, and the place is named`(text: String, message: String) {
    let error = #expect(throws: MalformedReview.self) { try Reviewer().review(Array(text.utf8)) }
    #expect(error?.description == message)
  }

  @Test(arguments: ["", "{", "null null", "\u{1}"])
  func `what is not JSON has no answer either`(text: String) {
    let error = #expect(throws: MalformedReview.self) { try Reviewer().review(Array(text.utf8)) }
    #expect(error?.description.hasPrefix("not JSON: ") == true)
  }

  @Test(arguments: [
    ("ray.io", "v1", "rayclusters", "", true), ("ray.io", "v1alpha1", "rayclusters", "", true),
    ("ray.io", "v2", "rayclusters", "", false), ("ray.io", "v1", "rayclusters", "status", false),
    ("ray.io", "v1", "rayjobs", "", false), ("", "v1", "rayclusters", "", false), ("", "v1", "services", "", false),
  ])
  func `a RayCluster is told by group, version, resource and no subresource`(
    group: String, version: String, name: String, subresource: String, isRayCluster: Bool
  ) throws {
    let request =
      #"{"uid":"u","operation":"CREATE","subResource":"\#(subresource)","#
      + #""resource":{"group":"\#(group)","version":"\#(version)","resource":"\#(name)"}}"#
    let review = try AdmissionReview(element(AdmissionReviewTests.reviewing(request)))
    #expect(review.resource.isRayCluster == isRayCluster)
  }

  private static func reviewing(_ request: String?) -> String {
    let member = request.map { #","request":\#($0)"# } ?? ""
    return #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"\#(member)}"#
  }
}
