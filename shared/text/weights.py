"""Weights on disk: `weights.npz` (arrays, no pickle) and `manifest.json` (what they are, their checksum).

Only rows seen in training are stored. The same model gives the same bytes: members carry a fixed
date and are not compressed, because compressors differ between machines.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from shared.contracts.errors import UserMistake
from shared.text.features import BITS
from shared.text.linear import FEATURES, Linear

ARRAYS, MANIFEST = "weights.npz", "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ADVICE = "train them again with `relais train`, or restore the files that came with this release"


class WeightsUnusable(UserMistake):
    """The weights are missing, damaged, or of other features; the message says what to do."""


def save(folder: Path, arrays: Mapping[str, np.ndarray[Any, Any]], manifest: Mapping[str, Any]) -> str:
    """Write both files; returns the version, which is the start of the checksum over both.

    `arrays`: `rows` (table rows seen, ascending), `weights` (int8, a line per row), `documents` (how many
    training texts hold the row), `scales`, `biases`.
    """
    packed = _packed(arrays)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / ARRAYS, packed)
    return _describe(folder, manifest, packed)


def renew(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write another manifest for the weights that lie in `folder`; returns the new version."""
    return _describe(folder, manifest, (folder / ARRAYS).read_bytes())


def _describe(folder: Path, manifest: Mapping[str, Any], packed: bytes) -> str:
    told = {name: value for name, value in manifest.items() if name not in ("features", "sha256", "version")}
    described = json.dumps(told, sort_keys=True).encode()
    version = hashlib.sha256(packed + described).hexdigest()[:12]
    checksum = hashlib.sha256(packed).hexdigest()
    whole = {**told, "features": FEATURES, "sha256": checksum, "version": version}
    _replace(folder / MANIFEST, (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode())
    return version


def _replace(file: Path, content: bytes) -> None:
    """A reader finds the old file or the new one, never a part."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(content)
    aside.replace(file)


def _packed(arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), member.getvalue())
    return out.getvalue()


def load(folder: Path) -> Linear:
    """The model in `folder`; raises `WeightsUnusable` rather than answer with anything doubtful."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        packed = (folder / ARRAYS).read_bytes()
    except FileNotFoundError as error:
        raise WeightsUnusable(f"no weights in {folder} ({Path(error.filename).name}): {_ADVICE}") from error
    except (OSError, ValueError) as error:
        raise WeightsUnusable(f"{folder / MANIFEST} cannot be read: {_ADVICE}") from error
    _verify(folder, manifest, packed)
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
            return assembled({name: archive[name] for name in archive.files}, manifest)
    except (KeyError, ValueError, IndexError, zipfile.BadZipFile) as error:
        raise WeightsUnusable(f"{folder / ARRAYS} does not hold a model: {_ADVICE}") from error


def _verify(folder: Path, manifest: object, packed: bytes) -> None:
    if not isinstance(manifest, dict):
        raise WeightsUnusable(f"{folder / MANIFEST} is not a manifest: {_ADVICE}")
    if hashlib.sha256(packed).hexdigest() != manifest.get("sha256"):
        raise WeightsUnusable(
            f"{folder / ARRAYS} is damaged, its checksum differs from the manifest: {_ADVICE}"
        )
    if manifest.get("features") != FEATURES:
        raise WeightsUnusable(f"the weights in {folder} belong to another version of the features: {_ADVICE}")


def idf(documents: np.ndarray[Any, Any], texts: int) -> np.ndarray[Any, Any]:
    """Smoothed inverse document frequency, `log((1 + texts) / (1 + documents)) + 1` (as in scikit-learn)."""
    return np.asarray(np.log((1.0 + texts) / (1.0 + documents)) + 1.0, np.float32)


def assembled(arrays: Mapping[str, np.ndarray[Any, Any]], manifest: Mapping[str, Any]) -> Linear:
    """The model in the shape the hot path wants: one dense line per table row."""
    rows, size, texts = arrays["rows"], 1 << BITS, int(manifest["texts"])
    weights = np.zeros((size, len(arrays["scales"])), np.int8)
    weights[rows] = arrays["weights"]
    documents = np.zeros(size, np.float32)
    documents[rows] = arrays["documents"]
    idf2 = idf(documents, texts) ** 2
    idf2[0] = 0.0
    known = np.where(documents > 0, idf2, np.float32(0.0))
    return Linear(weights, arrays["scales"], arrays["biases"], idf2, known, manifest)
