"""A node seen through glass: as a node of Arbitrum does, its blocks carry the number of an L1 block too."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

L2_BLOCKS_AN_L1_BLOCK = 20


@contextmanager
def relabelled(upstream: str) -> Iterator[str]:
    """URL of the glass before the node at `upstream`."""

    class Glass(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = urllib.request.Request(upstream, body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                shown = json.dumps(_with_l1_numbers(json.load(answer))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(shown)))
            self.end_headers()
            self.wfile.write(shown)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Glass)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients hang up when they end
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _with_l1_numbers(answer: Any) -> Any:
    for each in answer if isinstance(answer, list) else [answer]:
        block = each.get("result")
        if isinstance(block, dict) and "parentHash" in block:
            block["l1BlockNumber"] = hex(int(block["number"], 16) // L2_BLOCKS_AN_L1_BLOCK)
    return answer
