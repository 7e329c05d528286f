"""Another admission webhook, of somebody else's, that the API server asks after Raymesh."""

import base64
import http.server
import json
import pathlib
import ssl
import tempfile
import threading

from server import make_certificates


class Neighbor:
    """Answers each review with the patch that a function makes of the object."""

    NAME = "z-neighbor"

    def __init__(self, patch):
        self.patch = patch
        self.folder = tempfile.TemporaryDirectory()
        make_certificates(self.folder.name, "127.0.0.1")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{self.folder.name}/tls.crt", f"{self.folder.name}/tls.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def handler(self):
        """What answers a request."""
        neighbor = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One review for each request."""

            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = json.dumps(neighbor.answer(review)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Handler

    def answer(self, review):
        """The review with the response in it."""
        patch = base64.b64encode(json.dumps(self.patch(review["request"]["object"])).encode()).decode()
        response = {"uid": review["request"]["uid"], "allowed": True, "patchType": "JSONPatch", "patch": patch}
        return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}

    def configuration(self, namespace):
        """It is asked about RayClusters of one namespace, once each."""
        authority = (pathlib.Path(self.folder.name) / "ca.crt").read_bytes()
        rule = {"apiGroups": ["ray.io"], "apiVersions": ["v1"], "resources": ["rayclusters"],
                "operations": ["CREATE", "UPDATE"]}
        return {
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": {"name": self.NAME},
            "webhooks": [{
                "name": "neighbor.example.com", "rules": [rule], "failurePolicy": "Fail", "sideEffects": "None",
                "clientConfig": {"url": f"https://127.0.0.1:{self.server.server_port}/",
                                 "caBundle": base64.b64encode(authority).decode()},
                "namespaceSelector": {"matchLabels": {"neighbor": namespace}},
                "admissionReviewVersions": ["v1"]}]}
