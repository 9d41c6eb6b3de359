"""Who may speak to the app in the browser: this computer, this page, and who knows the token.

Any page that a browser shows may try to reach a server on the same computer. It cannot choose the
headers ``Host`` and ``Origin``, and it does not know the token.
"""

import hmac
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
HOSTS = (LOOPBACK, "localhost")
# Style elements within the page: the terminal makes its own while it runs.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' {sockets}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """Judges requests.

    Parameters
    ----------
    port : int
        Where the server listens.
    token : str
        What only the person at this computer was told.

    """

    port: int
    token: str

    @property
    def address(self) -> str:
        """Where the browser finds the app."""
        return f"http://{LOOPBACK}:{self.port}/{self.token}/"

    def knows(self, token: str) -> bool:
        """Return whether this is the token; takes as long whichever part is wrong."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def judge(self, host: str | None, origin: str | None, *, needs_origin: bool) -> str:
        """Return why a request is refused; empty if it is not.

        Parameters
        ----------
        host, origin : str or None
            The headers.
        needs_origin : bool
            Whether it may not be left out: browsers send it with every web socket.

        """
        if host not in {f"{name}:{self.port}" for name in HOSTS}:
            return "This address is not the app's."
        if origin is None:
            return "The request does not say which page it comes from." if needs_origin else ""
        if origin != f"http://{host}":
            return "The request comes from another page."
        return ""

    def list_headers(self) -> dict[str, str]:
        """Return the headers that go with every answer."""
        sockets = " ".join(f"ws://{name}:{self.port}" for name in HOSTS)
        policy = CONTENT_POLICY.format(sockets=sockets)
        return {**HEADERS, "Content-Security-Policy": policy}
