"""A private index of packages, from the folder that `./onceonly package` makes: for pip, npm and Maven, on a free port.

    python3 index.py FOLDER

prints `index on` and its address, and then a line for each file that it gives out, until it is ended. `/simple/` is a simple index (PEP 503),
`/npm/` a registry of npm, `/maven/` the Maven repository.
"""

import base64
import hashlib
import html
import json
import sys
import tarfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


class Index(ThreadingHTTPServer):
    """What it gives out, by path; read at each request."""

    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = Path(folder).resolve()
        self.url = "http://127.0.0.1:%d" % self.server_address[1]

    def answer(self, path):
        """Content type and bytes, or None where there is nothing."""
        kind, _, rest = unquote(path).lstrip("/").partition("/")
        if kind == "simple":
            return self._simple(rest.strip("/"))
        if kind == "npm":
            return self._npm(rest)
        if kind in ("maven", "files"):
            return self._file(rest if kind == "files" else "maven/" + rest)
        return None

    def _file(self, name):
        path = (self.folder / name).resolve()
        if self.folder not in path.parents or not path.is_file():
            return None
        print("gave " + path.name, flush=True)
        return "application/octet-stream", path.read_bytes()

    def _simple(self, project):
        files = [path for kind in ("*.whl", "onceonly_sdk-*.tar.gz") for path in self.folder.glob(kind)]
        links = [
            '<a href="/files/%s#sha256=%s">%s</a>' % (path.name, _hex_of(path), html.escape(path.name)) for path in files
        ]
        if project == "onceonly-sdk":
            return "text/html", ("<!DOCTYPE html><html><body>%s</body></html>" % "".join(links)).encode()
        return None if project else ("text/html", b'<!DOCTYPE html><html><body><a href="/simple/onceonly-sdk/">onceonly-sdk</a>')

    def _npm(self, name):
        for path in self.folder.glob("*.tgz"):
            with tarfile.open(path) as archive:
                manifest = json.load(archive.extractfile("package/package.json"))
            if manifest["name"] == name:
                digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
                manifest["dist"] = {"tarball": "%s/files/%s" % (self.url, path.name), "integrity": "sha512-" + digest}
                version = manifest["version"]
                document = {"name": name, "dist-tags": {"latest": version}, "versions": {version: manifest}}
                return "application/json", json.dumps(document).encode()
        return None


def _hex_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # the names are http.server's
        found = self.server.answer(self.path.partition("?")[0])
        kind, body = found or ("text/plain", b"nothing here\n")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *arguments):
        """Says nothing: what was given out stands on standard output."""


def main():
    index = Index(sys.argv[1])
    print("index on " + index.url, flush=True)
    index.serve_forever()


if __name__ == "__main__":
    main()
