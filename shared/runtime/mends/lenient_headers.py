"""Header names that are not UTF-8. The client raises at the record that bears one, again at every try,
so that its partition would never be read on: here such a name is read with replacement characters."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_LENGTH_AT, _HEAD = 8, 12


class _Buffer(bytearray):
    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Buffer(found) if isinstance(at, slice) else found

    def decode(self, *_: str) -> str:
        return bytes(self).decode("utf-8", "replace")


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Buffer(self._buffer)  # type: ignore[has-type]


class _Batch:
    """A batch as the client reads it, and from the first odd record on as we do."""

    def __init__(self, batch: Any, raw: bytes) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                read += 1
                yield record
        except UnicodeDecodeError:
            yield from islice(_LenientBatch(bytearray(self._raw)), read, None)


class LenientRecords:
    """In the place of the client's `MemoryRecords`."""

    def __init__(self, raw: bytes) -> None:
        self._records = MemoryRecords(raw)
        self._raw = raw
        self._at = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> _Batch:
        start = self._at
        length = int.from_bytes(self._raw[start + _LENGTH_AT : start + _HEAD], "big")
        self._at = start + _HEAD + length
        return _Batch(self._records.next_batch(), bytes(self._raw[start : self._at]))


def install() -> None:
    """Let the consumers of this process read every header name."""
    fetcher.MemoryRecords = LenientRecords
