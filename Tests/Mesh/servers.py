"""servers.py ADDRESS: small servers for the sidecars' own test, on every port of `PORTS`, until it is ended.
servers.py ask KIND HOST PORT [PATH]: asks one of them; prints what it answers, or ends with 1 and the reason.

Runs by Ray's Python, which has gRPC and aiohttp: what Ray speaks with.
"""

import asyncio
import sys

import aiohttp
import grpc
from aiohttp import web

PORTS = {"http": [8000, 8001, 8002, 8020], "grpc": [8010, 8011, 8012], "bytes": [8030]}
METHOD = "/raymesh.Echo/Say"
SECONDS = 20


async def said(request):
    return web.Response(text=request.path)


async def socket(request):
    answer = web.WebSocketResponse()
    await answer.prepare(request)
    await answer.send_str((await answer.receive()).data)
    return answer


async def serve_http(address, port):
    application = web.Application()
    application.add_routes([web.get("/socket", socket), web.get("/{path:.*}", said)])
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, address.strip("[]"), port).start()


async def serve_grpc(address, port):
    async def say(messages, _):
        async for message in messages:
            yield message

    handlers = {"Say": grpc.stream_stream_rpc_method_handler(say)}
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("raymesh.Echo", handlers)])
    server.add_insecure_port(f"{address}:{port}")
    await server.start()
    return server


async def serve_bytes(address, port):
    """Speaks first, as databases do."""
    async def greet(reader, writer):
        writer.write(b"greeting\n")
        writer.write_eof()
        # To close with bytes unread would be a reset, which may overtake the greeting.
        await reader.read()
        writer.close()

    return await asyncio.start_server(greet, address.strip("[]"), port)


async def serve(address):
    makers = {"http": serve_http, "grpc": serve_grpc, "bytes": serve_bytes}
    running = [await makers[kind](address, port) for kind, ports in PORTS.items() for port in ports]
    print(f"{len(running)} servers", flush=True)
    await asyncio.Event().wait()


async def ask_http(at, path="/path"):
    async with aiohttp.ClientSession() as session, session.get(f"http://{at}{path}") as answer:
        text = await answer.text()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {text}")
        return text


async def ask_socket(at):
    async with aiohttp.ClientSession() as session, session.ws_connect(f"ws://{at}/socket") as connection:
        await connection.send_str("said")
        return (await connection.receive()).data


async def ask_grpc(at):
    async with grpc.aio.insecure_channel(at) as channel:
        call = channel.stream_stream(METHOD)(iter([b"one", b"two"]))
        return b" ".join([message async for message in call]).decode()


async def ask_bytes(at, first=""):
    """Listens first, unless there is something to say."""
    host, port = at.rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host.strip("[]"), port)
    writer.write(first.encode())
    text = (await reader.readline()).decode().strip()
    writer.close()
    if not text:
        raise RuntimeError("closed without a word")
    return text


async def ask(kind, host, port, *path):
    asks = {"http": ask_http, "socket": ask_socket, "grpc": ask_grpc, "bytes": ask_bytes}
    asks["spoken"] = lambda at: ask_bytes(at, "greeting\n")
    try:
        print(await asyncio.wait_for(asks[kind](f"{host}:{port}", *path), SECONDS))
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    asyncio.run(ask(*sys.argv[2:]) if sys.argv[1] == "ask" else serve(sys.argv[1]))
