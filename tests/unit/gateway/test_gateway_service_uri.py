"""Service URIs: what may be dialled, and where the connection goes (facts: security T20, T21)."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offchain.errors import ServiceUriError
from offchain.gateway.service_uri import Origin, is_public, parse_service_uri, resolve

MALFORMED = [
    "",
    " ",
    "https://",
    "https://:8935",
    "ftp://node.example:21",
    "file:///etc/passwd",
    "gopher://node.example:70",
    "javascript://node.example",
    "unix:///var/run/docker.sock",
    "https://user@node.example:8935",
    "https://user:secret@node.example:8935",
    "https://node.example:8935@127.0.0.1",
    "https://node.example:8935/path",
    "https://node.example:8935/../",
    "https://node.example:8935?x=1",
    "https://node.example:8935?",
    "https://node.example:8935#x",
    "https://node.example:8935#",
    "https://node.example:0",
    "https://node.example:65536",
    "https://node.example:-1",
    "https://node.example:",
    "https://node.example:8935:8935",
    "https://node.example:eight",
    "https://node.example:８９３５",
    "https://nöde.example",
    "https://node.example\\@127.0.0.1",
    "https:\\\\node.example",
    "https://node .example",
    "https://node.example\n",
    "https://node.example\r\nHost: other",
    "https://node.example\x00",
    "https://node.example.",
    "https://.example",
    "https://node..example",
    "https://-node.example",
    "https://node%2eexample",
    "https://%31%32%37.0.0.1",
    "https://2130706433",
    "https://0x7f000001",
    "https://0x7f.0.0.1",
    "https://0177.0.0.1",
    "https://127.1",
    "https://127.0.1",
    "https://0",
    "https://0x",
    "https://127.0.0.01",
    "https://127.0.0.256",
    "https://127.0.0.1.",
    "https://example.0x7f",
    "https://[::1",
    "https://::1",
    "https://[::1]x",
    "https://[fe80::1%25eth0]",
    "https://[fe80::1%eth0]",
    "https://[127.0.0.1]",
    "https://[v1.x]",
    "https://①②⑦.⓪.⓪.①",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 127 + "example",
    "https://" + "a" * 600,
]

NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "2001:db8::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "fd00:ec2::254",
]


def resolving_to(*addresses: str):
    async def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolver


def checked(uri: str, *addresses: str, allow_private: bool = False):
    return asyncio.run(resolve(parse_service_uri(uri), allow_private=allow_private, resolver=resolving_to(*addresses)))


@pytest.mark.parametrize("uri", MALFORMED)
def test_t20_what_is_no_plain_origin_is_refused(uri):
    with pytest.raises(ServiceUriError):
        parse_service_uri(uri)


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_t20_an_address_outside_the_public_internet_is_refused(ip):
    assert not is_public(ip)
    with pytest.raises(ServiceUriError, match="not a public address"):
        checked("https://node.example:8935", ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_t20_a_public_address_passes(ip):
    assert checked("https://node.example:8935", ip).ip == ip


def test_t20_one_private_address_among_public_ones_refuses_the_host():
    with pytest.raises(ServiceUriError, match=r"169\.254\.169\.254"):
        checked("https://node.example", "8.8.8.8", "169.254.169.254")


@pytest.mark.parametrize("port", [1, 22, 25, 53, 1023])
def test_t20_ports_of_system_services_are_refused(port):
    with pytest.raises(ServiceUriError, match=f"port {port} belongs"):
        checked(f"https://node.example:{port}", "8.8.8.8")


def test_t20_private_hosts_can_be_allowed_for_ones_own_machines():
    endpoint = checked("http://127.0.0.1:99", "127.0.0.1", allow_private=True)
    assert (endpoint.url, endpoint.dialled) == ("http://127.0.0.1:99", "127.0.0.1:99")


def test_t20_a_literal_loopback_is_refused_through_the_systems_resolver():
    for uri in ("https://127.0.0.1:8935", "https://localhost:8935", "https://[::1]:8935"):
        with pytest.raises(ServiceUriError):
            asyncio.run(resolve(parse_service_uri(uri), allow_private=False))


def test_t21_a_name_that_changes_its_mind_is_checked_each_time_and_pinned_in_between():
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])

    async def rebinding(_host: str, _port: int) -> Sequence[str]:
        return next(answers)

    async def session() -> None:
        origin = parse_service_uri("https://node.example:8935")
        endpoint = await resolve(origin, allow_private=False, resolver=rebinding)
        assert endpoint.dialled == "8.8.8.8:8935"
        with pytest.raises(ServiceUriError, match=r"127\.0\.0\.1"):
            await resolve(origin, allow_private=False, resolver=rebinding)

    asyncio.run(session())


def test_a_host_without_addresses_or_with_a_failing_resolver_is_refused():
    async def failing(_host: str, _port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    with pytest.raises(ServiceUriError, match="no address"):
        checked("https://node.example")
    with pytest.raises(ServiceUriError, match="Name or service not known"):
        asyncio.run(resolve(parse_service_uri("https://node.example"), allow_private=False, resolver=failing))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("node.example:8935", Origin("https", "node.example", 8935)),
        ("HTTPS://Node.Example:8935/", Origin("https", "node.example", 8935)),
        ("https://node.example", Origin("https", "node.example", 443)),
        ("http://node.example", Origin("http", "node.example", 80)),
        ("https://8.8.8.8:8935", Origin("https", "8.8.8.8", 8935)),
        ("https://[2606:4700:0::1111]:8935", Origin("https", "2606:4700::1111", 8935)),
        ("https://xn--nde-sna.example", Origin("https", "xn--nde-sna.example", 443)),
    ],
)
def test_an_origin_is_read_in_its_canonical_form(text, origin):
    assert parse_service_uri(text) == origin
    assert parse_service_uri(origin.url) == origin


@given(st.text(max_size=60))
def test_any_text_is_an_origin_or_the_typed_error(text):
    try:
        origin = parse_service_uri(text)
    except ServiceUriError:
        return
    assert parse_service_uri(origin.url) == origin


@given(st.ip_addresses(v=4))
def test_t20_an_address_wrapped_into_ipv6_is_as_public_as_itself(inner):
    value = int(inner)
    wrapped = [(0xFFFF << 32) | value, (0x64FF9B << 96) | value, (0x2002 << 112) | (value << 80)]
    for number in wrapped:
        assert is_public(str(ipaddress.IPv6Address(number))) == is_public(str(inner))
