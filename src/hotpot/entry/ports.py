"""Can a port be listened on? If not, one sentence says what to do."""

from __future__ import annotations

import errno
import socket

from hotpot.kernel.errors import Refused


def check_port(host: str, port: int) -> None:
    """Raises Refused where the web process could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(_port_sentence(host, port, error)) from None


def _port_sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program; stop that or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"You may not listen on port {port}; choose one above 1023 with --port."
    return f"{host}:{port} cannot be listened on ({error.strerror}); choose another --host or --port."
