import TestSupport
import Testing

@testable import Doctor

/// Selectors as `metav1.LabelSelectorAsSelector` reads them.
struct LabelSelectorTests {
  @Test(arguments: [
    ("{}", "{}", true), ("{}", #"{"a":"b"}"#, true),
    (#"{"matchLabels":{"a":"b"}}"#, #"{"a":"b","c":"d"}"#, true),
    (#"{"matchLabels":{"a":"b"}}"#, #"{"a":"c"}"#, false), (#"{"matchLabels":{"a":"b"}}"#, "{}", false),
    (#"{"matchExpressions":[{"key":"a","operator":"In","values":["b","c"]}]}"#, #"{"a":"c"}"#, true),
    (#"{"matchExpressions":[{"key":"a","operator":"In","values":["b","c"]}]}"#, "{}", false),
    (#"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["b"]}]}"#, "{}", true),
    (#"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["b"]}]}"#, #"{"a":"b"}"#, false),
    (#"{"matchExpressions":[{"key":"a","operator":"Exists"}]}"#, #"{"a":""}"#, true),
    (#"{"matchExpressions":[{"key":"a","operator":"Exists"}]}"#, "{}", false),
    (#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#, #"{"a":"b"}"#, false),
    (#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#, "{}", true),
    (#"{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"Exists"}]}"#, #"{"a":"b"}"#, false),
  ])
  func `all that a selector says must hold`(selector: String, labels: String, isMeant: Bool) throws {
    #expect(try LabelSelector(element(selector)).matches(element(labels).texts) == isMeant)
  }

  @Test func `an operator that nobody knows is an error that says so`() throws {
    let selector = try element(#"{"matchExpressions":[{"key":"a","operator":"Like"}]}"#)
    #expect(throws: (any Error).self) { try LabelSelector(selector) }
  }
}
