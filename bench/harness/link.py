"""link.py serve KIND | send KIND ADDRESS     (runs in the hosts)

Sends for three seconds over one connection, by TCP or by TLS, and prints how fast that was.
"""
import json
import socket
import ssl
import sys
import time

PORT, SECONDS, BLOCK = 47011, 3, 1 << 20
role, kind = sys.argv[1:3]

if role == "serve":
    listener = socket.create_server(("", PORT))
    print("ready", flush=True)
    connection, _ = listener.accept()
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("/tmp/link.pem")
        connection = context.wrap_socket(connection, server_side=True)
    buffer, received = memoryview(bytearray(BLOCK)), 0
    while True:
        count = connection.recv_into(buffer)
        # The last byte of the sender is a one.
        if not count or buffer[count - 1]:
            break
        received += count
    connection.sendall(b"%d\n" % (received + count))
else:
    connection = socket.create_connection((sys.argv[3], PORT))
    if kind == "tls":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False
        context.load_verify_locations("/tmp/link.pem")
        connection = context.wrap_socket(connection)
    block = bytes(BLOCK)
    started = time.monotonic()
    while time.monotonic() - started < SECONDS:
        connection.sendall(block)
    connection.sendall(b"\1")
    received = int(connection.makefile("rb").readline())
    seconds = time.monotonic() - started
    print(json.dumps({"mb_per_s": round(received / seconds / 1e6), "cipher": kind == "tls" and connection.cipher()[0] or None}))
