"""A client by Python's own http.client and ssl. Arguments: the server's port, and the file of its authority."""

import http.client
import socket
import ssl
import sys

port, authority = int(sys.argv[1]), sys.argv[2]


def context(version=None):
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols(["http/1.1"])
    if version:
        context.minimum_version = context.maximum_version = version
    return context


def keeps_its_connection(version):
    connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context(version))
    connection.connect()
    first = connection.sock
    assert first.selected_alpn_protocol() == "http/1.1"
    for number in range(30):
        body = b"number %d " % number * (number * number)
        chunked = number % 2 == 0
        connection.request("POST", "/echo", body=iter([body]) if chunked else body, encode_chunked=chunked)
        response = connection.getresponse()
        assert response.status == 200, response.status
        assert response.read() == body
        assert connection.sock is first
    connection.request("GET", "/nowhere")
    response = connection.getresponse()
    assert response.status == 404 and b"POST /echo" in response.read()
    connection.request("GET", "/hello", headers={"Connection": "close"})
    response = connection.getresponse()
    assert response.read() == b"hello\n" and response.will_close


def ask(request):
    """An end without TLS's own notice will raise SSLEOFError."""
    raw = socket.create_connection(("localhost", port), timeout=20)
    secure = context().wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
    secure.sendall(request)
    return secure


def read_to_the_end(secure):
    received = b""
    while piece := secure.recv(65536):
        received += piece
    return received


for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    keeps_its_connection(version)

hello = b"GET /hello HTTP/1.1\r\nHost: h\r\n\r\n"
silent, pipelined, nonsense = ask(b""), ask(hello * 3), ask(b"nonsense\r\n\r\n")
assert read_to_the_end(silent) == b""
assert read_to_the_end(pipelined).count(b"\r\n\r\nhello\n") == 3
assert read_to_the_end(nonsense).startswith(b"HTTP/1.1 400 ")
print("ok")
