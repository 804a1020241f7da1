# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running event sources, and certificates for them."""

from __future__ import annotations

import typing as t

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from tests.eda.source import TOKEN, running

if t.TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.eda.source import Source


@pytest.fixture
def source() -> Iterator[Source]:
    """A source without a token."""
    with running() as source:
        yield source


@pytest.fixture
def guarded() -> Iterator[Source]:
    """A source with a path and a token."""
    with running(path="/bk-job", token=TOKEN) as source:
        yield source


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a certificate for 127.0.0.1, its key, keys that don't belong to it, and the CA certificate."""
    folder = tmp_path_factory.mktemp("tls")
    ca = trustme.CA()
    certificate = ca.issue_cert("127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    ca.issue_cert("127.0.0.2").private_key_pem.write_to_path(folder / "other.pem")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    (folder / "encrypted.pem").write_bytes(_encrypted((folder / "key.pem").read_bytes()))
    return folder


def _encrypted(key: bytes) -> bytes:
    private = serialization.load_pem_private_key(key, None)
    encryption = serialization.BestAvailableEncryption(b"password")
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
