"""nginx with the project's own settings of deploy/nginx/, moved to a folder and to ports of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT

SETTINGS = PROJECT_ROOT / "deploy" / "nginx"
MAIN = """\
daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 2048; }}
http {{
    include {types};
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include survey.conf;
}}
"""


def nginx() -> str | None:
    """Where nginx is; None where this machine has none (`make nginx`)."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


class Proxy:
    """The folder of one nginx: its settings, certificate, cache and logs."""

    def __init__(self, folder: Path, *, port: int, http_port: int, web_nodes: Sequence[str]) -> None:
        self.folder = folder
        self.certificate = folder / "survey" / "tls" / "certificate.pem"
        self.web_nodes = tuple(web_nodes)
        program = nginx()
        assert program, "there is no nginx on this machine: make nginx"
        self.command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        self._write(port, http_port)

    def _write(self, port: int, http_port: int) -> None:
        shutil.copytree(SETTINGS, self.folder, dirs_exist_ok=True)
        settings = (SETTINGS / "survey.conf").read_text()
        for place in ("/var/log/nginx", "/var/cache/nginx"):
            settings = settings.replace(place, str(self.folder))
        (self.folder / "survey.conf").write_text(settings)
        user = "user root;\n" if os.geteuid() == 0 else ""  # the folders of tests are the tester's alone
        types = self.folder / "mime.types"
        types.write_text("types { text/html html; }\n")
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, user=user, types=types))
        survey = self.folder / "survey"
        (survey / "http.conf").write_text(f"listen 127.0.0.1:{http_port};\nserver_name _;\n")
        (survey / "https.conf").write_text(
            f"listen 127.0.0.1:{port} ssl http2;\n"
            "server_name _;\n"
            f"ssl_certificate {self.certificate};\n"
            f"ssl_certificate_key {survey / 'tls' / 'key.pem'};\n"
            f"root {survey / 'pages'};\n"
        )
        self.certificate.parent.mkdir()
        write_certificate(self.certificate, survey / "tls" / "key.pem")
        self.write_web_nodes()

    def write_web_nodes(self, *, without: str | None = None) -> None:
        """The web nodes as nginx reads them at its next start or reload; one of them may be taken out."""
        lines = [
            f"server {node} max_fails=1 fail_timeout=5s{' down' if node == without else ''};\n"
            for node in self.web_nodes
        ]
        (self.folder / "survey" / "web_nodes.conf").write_text("".join(lines))

    @property
    def maintenance(self) -> Path:
        """While this file is there, everybody sees the page of maintenance."""
        return self.folder / "survey" / "pages" / "maintenance"

    def check(self) -> str:
        """What nginx says of the settings: `nginx -t`."""
        done = subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def logs(self) -> str:
        """All that nginx wrote down."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


def write_certificate(certificate: Path, key_file: Path) -> None:
    """A certificate of 127.0.0.1 that nobody but its holder signed, for a week."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = utc_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    key_file.touch(mode=0o600)
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
