# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real connections do: certificates of all kinds, proxies that refuse, servers that drop idle connections."""

from __future__ import annotations

import datetime
import ipaddress
import socketserver
import ssl
import threading
import typing as t

import pytest
import trustme
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.blueking.job.plugins.module_utils._api import hints
from tests.simulator import Simulator, faults
from tests.unit.conftest import CREDENTIALS, TurnedClock, fronts

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.conftest import RunModule

    Result = dict[str, t.Any]

OPTIONS = {**CREDENTIALS, "bk_biz_id": 1, "job_plan_id": 100}
NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
# What Python 3.13 adds, where the installed urllib3 uses it.
FLAGS = urllib3.util.ssl_.create_urllib3_context().verify_flags
PARTIAL_CHAINS = bool(FLAGS & getattr(ssl, "VERIFY_X509_PARTIAL_CHAIN", 0))
STRICT = bool(FLAGS & ssl.VERIFY_X509_STRICT)


# Certificates


def launch_over_tls(
    run_module: RunModule, tmp_path: Path, server: trustme.LeafCert, trusted: bytes | None, host: str = "127.0.0.1"
) -> Result:
    """The result of a launch on a server with this certificate, which trusts a CA; None is that of the system."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.configure_cert(context)
    return launch_with(run_module, tmp_path, context, trusted, host)


def launch_with(
    run_module: RunModule, tmp_path: Path, context: ssl.SSLContext, trusted: bytes | None, host: str = "127.0.0.1"
) -> Result:
    options: dict[str, t.Any] = {**OPTIONS}
    if trusted is not None:
        (tmp_path / "ca.pem").write_bytes(trusted)
        options["ca_path"] = str(tmp_path / "ca.pem")
    with Simulator(ssl_context=context) as sim:
        url = sim.url.replace("127.0.0.1", host)
        result = run_module("bk_job_execute", clock=TurnedClock(sim), url=url, **options)
        assert len(sim.launches) == (result["outcome"] == "launched")
    return result


def hint_of(result: Result) -> str:
    """The hint of a launch that was refused, at the first try, since no server was trusted."""
    assert (result["outcome"], result["changed"], result["error"]["kind"]) == ("refused", False, "unavailable")
    assert "cannot trust" in result["error"]["message"]
    return t.cast("str", result["error"]["hint"])


def test_a_private_ca_is_trusted(run_module: RunModule, tmp_path: Path) -> None:
    root = trustme.CA()
    server = root.create_child_ca().issue_cert("127.0.0.1")
    assert launch_over_tls(run_module, tmp_path, server, root.cert_pem.bytes())["outcome"] == "launched"


def test_the_intermediate_alone_needs_its_root(run_module: RunModule, tmp_path: Path) -> None:
    """OpenSSL's code 2; since Python 3.13 an intermediate in `ca_path` is sufficient."""
    intermediate = trustme.CA().create_child_ca()
    result = launch_over_tls(run_module, tmp_path, intermediate.issue_cert("127.0.0.1"), intermediate.cert_pem.bytes())
    if PARTIAL_CHAINS:
        assert result["outcome"] == "launched"
    else:
        assert hint_of(result) == hints.UNKNOWN_ISSUER


@pytest.mark.parametrize("trusted", ["another CA", "the system"])
def test_an_unknown_issuer(run_module: RunModule, tmp_path: Path, trusted: str) -> None:
    ca = trustme.CA().cert_pem.bytes() if trusted == "another CA" else None
    result = launch_over_tls(run_module, tmp_path, trustme.CA().issue_cert("127.0.0.1"), ca)
    assert hint_of(result) == hints.UNKNOWN_ISSUER


def test_a_missing_intermediate(run_module: RunModule, tmp_path: Path) -> None:
    root = trustme.CA()
    server = root.create_child_ca().issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    alone = tmp_path / "server.pem"
    alone.write_bytes(server.private_key_pem.bytes() + server.cert_chain_pems[0].bytes())
    context.load_cert_chain(str(alone))
    assert hint_of(launch_with(run_module, tmp_path, context, root.cert_pem.bytes())) == hints.UNKNOWN_ISSUER


def test_a_certificate_that_signs_itself(run_module: RunModule, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = signed("127.0.0.1", key.public_key(), named("127.0.0.1"), key, ca=True)
    context = serving(tmp_path, key, certificate)
    assert hint_of(launch_with(run_module, tmp_path, context, None)) == hints.UNKNOWN_ISSUER
    trusted = certificate.public_bytes(serialization.Encoding.PEM)
    assert launch_with(run_module, tmp_path, context, trusted)["outcome"] == "launched"


@pytest.mark.parametrize(("begins", "ends"), [(-2 * DAY, -DAY), (DAY, 2 * DAY)], ids=["expired", "not yet valid"])
def test_a_certificate_out_of_date(
    run_module: RunModule, tmp_path: Path, begins: datetime.timedelta, ends: datetime.timedelta
) -> None:
    ca, key = trustme.CA(), ec.generate_private_key(ec.SECP256R1())
    issuer, signer = parts_of(ca)
    known = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    leaf = signed("127.0.0.1", key.public_key(), issuer, signer, known, ca=False, begins=begins, ends=ends)
    context = serving(tmp_path, key, leaf)
    assert hint_of(launch_with(run_module, tmp_path, context, ca.cert_pem.bytes())) == hints.EXPIRED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_another_host(run_module: RunModule, tmp_path: Path, host: str) -> None:
    ca = trustme.CA()
    result = launch_over_tls(run_module, tmp_path, ca.issue_cert("paas.example.com"), ca.cert_pem.bytes(), host)
    assert hint_of(result) == hints.OTHER_HOST


def test_a_certificate_that_only_newer_pythons_refuse(run_module: RunModule, tmp_path: Path) -> None:
    """One that does not say whose key signed it, as the CAs of many companies issue them."""
    ca, key = trustme.CA(), ec.generate_private_key(ec.SECP256R1())
    context = serving(tmp_path, key, signed("127.0.0.1", key.public_key(), *parts_of(ca), ca=False))
    result = launch_with(run_module, tmp_path, context, ca.cert_pem.bytes())
    if STRICT:
        assert hint_of(result) == hints.CERTIFICATE
    else:
        assert result["outcome"] == "launched"


def test_an_issuer_that_is_no_ca(run_module: RunModule, tmp_path: Path) -> None:
    """Every version of Python refuses it, with a code that has no hint of its own."""
    root = trustme.CA()
    key = ec.generate_private_key(ec.SECP256R1())
    no_ca = signed("no CA", key.public_key(), *parts_of(root), ca=False)
    server = ec.generate_private_key(ec.SECP256R1())
    leaf = signed("127.0.0.1", server.public_key(), no_ca.subject, key, ca=False)
    context = serving(tmp_path, server, leaf, no_ca)
    assert hint_of(launch_with(run_module, tmp_path, context, root.cert_pem.bytes())) == hints.CERTIFICATE


def parts_of(ca: trustme.CA) -> tuple[x509.Name, t.Any]:
    """The name and the private key that the CA signs with."""
    name = x509.load_pem_x509_certificate(ca.cert_pem.bytes()).subject
    return name, serialization.load_pem_private_key(ca.private_key_pem.bytes(), None)


def signed(
    name: str,
    public_key: t.Any,
    issuer: x509.Name,
    signer: t.Any,
    *extensions: x509.ExtensionType,
    ca: bool,
    begins: datetime.timedelta = -DAY,
    ends: datetime.timedelta = DAY,
) -> x509.Certificate:
    """A certificate that has no authority key identifier, unless it is among the ``extensions``."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + begins)
        .not_valid_after(NOW + ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signer, hashes.SHA256())


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def serving(tmp_path: Path, key: t.Any, *chain: x509.Certificate) -> ssl.SSLContext:
    parts = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in chain]
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "server.pem").write_bytes(private + b"".join(parts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(tmp_path / "server.pem"))
    return context


# Proxies


class RefusingProxy(socketserver.ThreadingTCPServer):
    """A proxy that answers every request with the same status; ``requests`` are the first lines of those."""

    daemon_threads = True

    def __init__(self, status: str) -> None:
        super().__init__(("127.0.0.1", 0), _Refusal)
        self.status = status
        self.requests: list[str] = []
        self.url = f"http://user:pr0xy-pw@127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> RefusingProxy:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.shutdown()
        self.server_close()


class _Refusal(socketserver.StreamRequestHandler):
    server: RefusingProxy

    def handle(self) -> None:
        self.server.requests.append(self.rfile.readline().decode().strip())
        while self.rfile.readline().strip():
            pass
        page = b"<html><body>Access denied</body></html>"
        head = f"HTTP/1.1 {self.server.status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
        self.wfile.write(head.encode() + b"Connection: close\r\n\r\n" + page)


@pytest.fixture
def proxy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RefusingProxy]:
    with RefusingProxy(request.param) as server:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, server.url)
        yield server


LASTING = ["407 Proxy Authentication Required", "403 Forbidden", "405 Method Not Allowed", "400 Bad Request"]


@pytest.mark.parametrize("proxy", LASTING, indirect=True)
@pytest.mark.parametrize("validate", [True, False])
def test_a_refused_tunnel_is_tried_once(
    sim: Simulator, run_module: RunModule, proxy: RefusingProxy, validate: bool
) -> None:
    options = {**OPTIONS, "url": "https://paas.example.com", "validate_variables": validate}
    result = run_module("bk_job_execute", **options)
    assert (result["outcome"], result["changed"]) == ("refused", False)
    assert (result["error"]["kind"], result["error"]["hint"]) == ("unavailable", hints.PROXY)
    assert [request.split()[:2] for request in proxy.requests] == [["CONNECT", "paas.example.com:443"]]
    assert "pr0xy-pw" not in str(result)


@pytest.mark.parametrize("proxy", ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"], indirect=True)
def test_a_tunnel_that_may_work_later_is_retried(sim: Simulator, run_module: RunModule, proxy: RefusingProxy) -> None:
    result = run_module("bk_job_execute", **OPTIONS, url="https://paas.example.com", retries=2)
    assert (result["outcome"], len(proxy.requests)) == ("refused", 3)


@pytest.mark.parametrize("proxy", ["407 Proxy Authentication Required"], indirect=True)
@pytest.mark.parametrize("validate", [True, False])
def test_a_proxy_for_plain_http_that_wants_a_login_is_tried_once(
    sim: Simulator, run_module: RunModule, proxy: RefusingProxy, validate: bool
) -> None:
    result = run_module("bk_job_execute", **OPTIONS, url="http://paas.example.com", validate_variables=validate)
    assert (result["outcome"], result["error"]["hint"], len(proxy.requests)) == ("refused", hints.PROXY, 1)


@pytest.mark.parametrize("proxy", LASTING[:1], indirect=True)
def test_a_proxy_can_be_left_out(sim: Simulator, run_module: RunModule, proxy: RefusingProxy) -> None:
    result = run_module("bk_job_execute", **OPTIONS, url=sim.url, use_proxy=False)
    assert (result["outcome"], proxy.requests) == ("launched", [])


# Connections that are not kept alive


@pytest.mark.parametrize("fault", [faults.closed_after(), faults.closed_on_reuse()], ids=["at once", "on reuse"])
@pytest.mark.parametrize("name", ["esb", "apigw"])
def test_no_launch_is_unknown_where_connections_are_dropped(
    sim: Simulator, run_module: RunModule, name: str, fault: faults.Fault
) -> None:
    """The server promises to keep them alive; a launch on one that it has dropped would be unclear."""
    launches = 50  # of 200 in all
    sim.faults.add(fault, times=10 * launches)
    options = {**OPTIONS, **fronts(sim)[name]}
    outcomes = [run_module("bk_job_execute", **options)["outcome"] for _launch in range(launches)]
    assert (outcomes, len(sim.launches)) == (["launched"] * launches, launches)


@pytest.mark.parametrize("fault", [faults.closed_after(), faults.closed_on_reuse()], ids=["at once", "on reuse"])
def test_a_wait_with_its_operations_survives_dropped_connections(
    sim: Simulator, run_module: RunModule, fault: faults.Fault
) -> None:
    sim.faults.add(fault, times=200)
    result = run_module("bk_job_execute", **OPTIONS, url=sim.url, two_phase=True, wait=True)
    assert (result["outcome"], len(sim.launches)) == ("succeeded", 1)
    operations = [request.api for request in sim.requests if request.api == "operate_job_instance"]
    assert len(operations) == 1
