"""files-link.py receive PORT COMMAND… | send ADDRESS PORT COMMAND…     (runs in the hosts)

Makes a TCP connection and becomes the command, which gets it as descriptor 3.
"""
import os
import socket
import sys

role = sys.argv[1]
if role == "receive":
    listener = socket.create_server(("", int(sys.argv[2])))
    print("ready", flush=True)
    connection, _ = listener.accept()
    listener.close()
    command = sys.argv[3:]
else:
    connection = socket.create_connection((sys.argv[2], int(sys.argv[3])))
    command = sys.argv[4:]
os.dup2(connection.fileno(), 3)
os.set_inheritable(3, True)
os.execvp(command[0], command)
