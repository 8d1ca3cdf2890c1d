"""The address of one run: a listening socket of its own, so that runs beside each other never mix."""

import socket
import ssl
import threading
import time

import wire

SETTLE_SECONDS_MAX = 30


class Listener:
    """Takes connections for a run and does with each request what the run says.

    `decide(request)` gives an Act. With `tls`, a certificate that nobody trusts is shown to every connection, and
    `greeted()` is called for each. Thread-safe; `close` ends every connection.
    """

    def __init__(self, decide, keep_alive, tls=None, greeted=None):
        self._decide = decide
        self._keep_alive = keep_alive
        self._tls = tls
        self._greeted = greeted
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._connections = set()
        self._hanging_up = set()
        self._closed = False
        self._listening = None
        # Bound but not listening: the port stays this run's while connections to it are refused.
        self._holder = self._bind(0)
        self.port = self._holder.getsockname()[1]

    @staticmethod
    def _bind(port):
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    def open(self):
        """Takes connections from now on."""
        with self._lock:
            if self._listening or self._closed:
                return
            self._listening = self._bind(self.port)
            self._listening.listen(128)
            threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def refuse(self):
        """Refuses connections from now on, and ends those that there are."""
        with self._lock:
            listening, self._listening = self._listening, None
            connections = list(self._connections)
        if listening:
            _shut(listening)
        for connection in connections:
            _shut(connection)

    def settle(self):
        """Waits until every connection that is closed after its answer is closed. The peer has the answer before that, and a
        request of its next step would else meet a connection that is about to go away."""
        with self._changed:
            self._changed.wait_for(lambda: not self._hanging_up, SETTLE_SECONDS_MAX)

    def close(self):
        """Ends everything."""
        with self._lock:
            self._closed = True
        self.refuse()
        self._holder.close()

    def _accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self._lock:
                if self._listening is not listening:
                    connection.close()
                    return
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                self._greeted()
                self._tls.wrap_socket(connection, server_side=True).close()
            else:
                self._serve_requests(connection)
        except (OSError, ValueError, ssl.SSLError):
            pass  # The peer went away or spoke no HTTP; what is missing shows in the run.
        finally:
            connection.close()
            with self._changed:
                self._connections.discard(connection)
                self._hanging_up.discard(connection)
                self._changed.notify_all()

    def _serve_requests(self, connection):
        while True:
            stream = connection.makefile("rb")
            request = wire.read_request(stream)
            stream.close()
            if request is None:
                return
            if not self._carry_out(self._decide(request), connection):
                return

    def _carry_out(self, act, connection):
        """Does what the act says; true if the connection lives on."""
        if act.fate == "silence":
            connection.recv(1)
            return False
        if act.fate == "drop":
            return False
        if act.fate in ("reset", "lose_reply"):
            wire.reset(connection)
            return False
        if act.fate == "slow":
            time.sleep(act.delay_ms / 1000)
        if act.fate == "hang_up":
            with self._lock:
                self._hanging_up.add(connection)
        answer = act.answer.to_bytes(self._keep_alive or act.fate == "hang_up")
        if act.fate == "half_body":
            answer = answer[: len(answer) - (len(act.answer.body) + 1) // 2]
        for piece in _pieces(answer, act):
            connection.sendall(piece)
        return self._keep_alive and act.fate not in ("half_body", "hang_up")


def _pieces(answer, act):
    """The bytes in one piece; a trickle byte by byte, the last one after `delay_ms`."""
    if act.fate != "trickle":
        yield answer
        return
    start = len(answer) - len(act.answer.body)
    yield answer[:start]
    for at in range(start, len(answer)):
        time.sleep(act.delay_ms / 1000 / len(act.answer.body))
        yield answer[at : at + 1]


class Act:
    """What to do with one request."""

    def __init__(self, fate, answer=None, delay_ms=0):
        self.fate = fate
        self.answer = answer
        self.delay_ms = delay_ms


def _shut(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    sock.close()
