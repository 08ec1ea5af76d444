"""A client or server that is nothing special: stage.py ROLE HOST. Each role has a local port of its own, by which a finding is known."""

import resource
import socket
import sys
import threading
import time

role, host = sys.argv[1:]


def connect(port, local, idle=None, buffer=None):
    """A connection with keepalive after so many seconds; 0 = on, as the system has it; None = off."""
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.bind(("", local))
    connection.connect((host, port))
    keep_alive(connection, idle)
    return connection


def keep_alive(connection, idle):
    if idle is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if idle:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, idle)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 20)


def ask(connection, question):
    connection.sendall(question + b"\r\n")
    connection.recv(100)
    return connection


def connecting():
    connection = socket.socket()
    connection.bind(("", 43005))
    connection.setblocking(False)
    connection.connect_ex((host, 6379))
    return connection


def send_on():
    """Asks again and again, until nobody answers."""
    connection = connect(6379, 43009, 60)
    print("ready", flush=True)
    while True:
        ask(connection, b"PING")
        time.sleep(0.5)


def half():
    """Says soon that it has said all."""
    connection = ask(connect(6379, 43012, 300), b"PING")
    print("ready", flush=True)
    time.sleep(3)
    connection.shutdown(socket.SHUT_WR)
    return connection


def download():
    connection = connect(80, 43008, 60, 4096)
    connection.sendall(b"GET /file HTTP/1.1\r\nHost: nginx\r\n\r\n")
    return connection


def serve():
    """Echoes on each of many connections."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keep_alive(listener, 20)
    listener.bind((host, 7000))
    listener.listen(1000)
    held = []
    while True:
        connection, _ = listener.accept()
        held.append(connection)
        if len(held) % 10 == 0:
            threading.Thread(target=echo, args=(connection,), daemon=True).start()


def echo(connection):
    while data := connection.recv(100):
        connection.sendall(data)


def many():
    """1,000 connections, of which each tenth is busy and the others are idle."""
    held = [connect(7000, 0, 20) for _ in range(1000)]
    print("ready", flush=True)
    while True:
        for connection in held[9::10]:
            ask(connection, b"hello")
        time.sleep(0.05)


resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
kept = {
    "subscriber": lambda: ask(connect(6379, 43001, 300), b"SUBSCRIBE news"),
    "probing": lambda: ask(connect(6379, 43002, 3), b"PING"),
    "lazy": lambda: ask(connect(6380, 43003, 60, 4096), b"SUBSCRIBE large"),
    "unclosed": lambda: ask(connect(6380, 43004, 60), b"PING"),
    "connecting": connecting,
    "bare": lambda: ask(connect(6380, 43006), b"PING"),
    "late": lambda: ask(connect(6380, 43007, 0), b"PING"),
    "download": download,
    "plain": lambda: ask(connect(6379, 43013), b"PING"),
    "sending": send_on,
    "half": half,
    "queued": lambda: [connect(80, 43010, 60), connect(80, 43011, 60)],
    "serve": serve,
    "many": many,
}[role]()
print("ready", flush=True)
time.sleep(600)
