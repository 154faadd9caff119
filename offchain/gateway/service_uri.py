"""Which service URIs a gateway may dial, and the one address that each stands for while a session lasts.

Anyone can register a service URI on chain, so it is hostile input (facts: security T20, T21). A URI is an origin and
nothing else: http or https, a host, a port. Its name is resolved once, every address it resolves to is checked, and
connections go to the checked address, with the original name in `Host` and in TLS.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from offchain.errors import ServiceUriError

__all__ = ["Endpoint", "Origin", "Resolver", "is_public", "parse_service_uri", "resolve"]

MAX_URI_CHARS = 512
RESOLVE_TIMEOUT_S = 3.0
DEFAULT_PORTS = {"http": 80, "https": 443}
FIRST_UNPRIVILEGED_PORT = 1024

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# A last label that is a number makes C libraries read the whole as an address: 127.1, 0x7f.1, 2130706433.
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host name, as text."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A service URI taken apart: scheme `http` or `https`, lower-case host without brackets, port 1 … 65535."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """`host:port` as in a `Host` header."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The canonical form of the URI; equal for equal origins."""
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An origin with the address that was checked; every connection of a session goes there."""

    origin: Origin
    ip: str

    @property
    def url(self) -> str:
        """The service URI in its canonical form."""
        return self.origin.url

    @property
    def dialled(self) -> str:
        """`address:port`, what is connected to."""
        return f"[{self.ip}]:{self.origin.port}" if ":" in self.ip else f"{self.ip}:{self.origin.port}"


def parse_service_uri(text: str) -> Origin:
    """The origin that a service URI names; `https` where no scheme is given.

    Raises:
        ServiceUriError: anything but scheme, host and port; a host written as a number in other than the usual form.
    """
    if not 0 < len(text) <= MAX_URI_CHARS or not text.isascii() or not text.isprintable():
        raise ServiceUriError(f"service URI {text[:80]!r} must be 1 to {MAX_URI_CHARS} printable ASCII characters")
    full = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(full)
        port = parts.port
    except ValueError as error:
        raise ServiceUriError(f"service URI {text!r}: {error}") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise ServiceUriError(f"service URI {text!r}: scheme must be http or https")
    if "@" in parts.netloc or "\\" in text or parts.path not in ("", "/") or "?" in full or "#" in full:
        raise ServiceUriError(f"service URI {text!r} must be scheme, host and port, nothing else")
    if parts.netloc.endswith(":") or port == 0:
        raise ServiceUriError(f"service URI {text!r}: port must be 1 to 65535")
    return Origin(parts.scheme, _host(parts.netloc, text), port or DEFAULT_PORTS[parts.scheme])


def _host(netloc: str, text: str) -> str:
    name = netloc.lower()
    if name.startswith("["):
        literal, _, rest = name[1:].partition("]")
        try:
            if "%" in literal or (rest and not rest.startswith(":")):
                raise ValueError("an IPv6 address without zone, then a port at most")
            return ipaddress.IPv6Address(literal).compressed
        except ValueError as error:
            raise ServiceUriError(f"service URI {text!r}: {error}") from error
    name = name.partition(":")[0]
    if _NUMBER.fullmatch(name.rpartition(".")[2]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError as error:
            raise ServiceUriError(f"service URI {text!r}: {error}") from error
    if len(name) > 253 or not _NAME.fullmatch(name):
        raise ServiceUriError(f"service URI {text!r}: {name!r} is no host name")
    return name


def is_public(ip: str) -> bool:
    """Whether an address belongs to the public internet, itself and every IPv4 address that it wraps."""
    parsed = ipaddress.ip_address(ip)
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = _wrapped(parsed)
        if inner is not None:
            return is_public(str(inner))
        if parsed in _LOCAL_NAT64 or parsed.is_site_local:
            return False
    unusual = parsed.is_multicast or parsed.is_reserved or parsed.is_unspecified
    return parsed.is_global and not unusual


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return ipaddress.IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour


async def resolve(origin: Origin, *, allow_private: bool, resolver: Resolver | None = None) -> Endpoint:
    """Looks the host up once and pins the address.

    Args:
        origin: where to go.
        allow_private: skip the checks of address and port; for one's own machines and tests.
        resolver: looks names up; the system's by default.

    Raises:
        ServiceUriError: the name does not resolve, or any of its addresses is not public, or the port is a system
            service's.
    """
    if not allow_private and origin.port < FIRST_UNPRIVILEGED_PORT and origin.port not in DEFAULT_PORTS.values():
        raise ServiceUriError(f"service URI {origin.url}: port {origin.port} belongs to a system service")
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT_S):
            found = await (resolver or _system_resolver)(origin.host, origin.port)
    except (OSError, UnicodeError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise ServiceUriError(f"service URI {origin.url} does not resolve: {reason}") from error
    if not found:
        raise ServiceUriError(f"service URI {origin.url} does not resolve: no address")
    for ip in found:
        if not allow_private and not is_public(ip):
            raise ServiceUriError(f"service URI {origin.url} leads to {ip}, which is not a public address")
    return Endpoint(origin, found[0])


async def _system_resolver(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]
