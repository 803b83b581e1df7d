"""Signatures: what a value is made of, as a Merkle hash; equal signatures mean equal values.

A node's signature hashes its type, version and params, the fingerprints of the files it reads,
and the signatures of its sources. Ids, titles and positions do not count. Tensors are never
hashed.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nodegraph.execution.step import Step

Signature: TypeAlias = bytes
Signatures: TypeAlias = "list[Signature | tuple[Signature, ...]]"
"""By step index; where the outputs of one step differ (a turn's), one for each output."""

SIZE = 16


def sign(
    steps: Iterable[Step],
    signatures: Signatures,
    salt: bytes,
    extra: Mapping[int, bytes],
) -> None:
    """Fill in the signatures of steps in running order.

    Args:
        steps: Those to sign; what they read is signed already.
        signatures: By step index; changed in place.
        salt: What all values of the run depend on: device, dtype, versions.
        extra: Fingerprints and the like, by step index.
    """
    base = blake2b(salt, digest_size=SIZE)
    for step in steps:
        digest = base.copy()
        digest.update(step.key)
        if step.index in extra:
            digest.update(extra[step.index])
        for index, output, mark, _ in step.reads:
            source = signatures[index]
            digest.update(mark + (source[output] if isinstance(source, tuple) else source))
        signatures[step.index] = digest.digest()


def join(parts: Iterable[Signature | tuple[Signature, ...]]) -> Signature:
    """Sign what depends on several steps at once."""
    return blake2b(repr(list(parts)).encode(), digest_size=SIZE, key=b"join").digest()


def of_value(value: Any, otherwise: bytes) -> Signature:
    """Sign a plain value by what it is; any other by where it came from."""
    if isinstance(value, (bool, int, float, str)):
        shown = f"{value:x}" if isinstance(value, int) else repr(value)
        content = f"{type(value).__name__} {shown}".encode("utf-8", "surrogatepass")
        return blake2b(content, digest_size=SIZE, key=b"value").digest()
    return blake2b(otherwise, digest_size=SIZE, key=b"place").digest()
