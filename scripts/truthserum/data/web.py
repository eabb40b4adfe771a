"""Files over http, into memory: what is cut short or altered never reaches the disk."""

import http.client
import urllib.request

from truthserum.data.files import DataError

TIMEOUT = 60  # seconds without a byte


def read_url(url: str) -> bytes:
    """The whole body; DataError naming the address if it cannot be had in full."""
    request = urllib.request.Request(url, headers={"User-Agent": "truthserum"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            return response.read()
    except (OSError, http.client.HTTPException) as error:
        raise DataError(f"{url}: {error}") from error
