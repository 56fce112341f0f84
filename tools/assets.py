"""Copies what pages and documents need from node_modules: browser files with a manifest, a font for PDFs.

The manifest maps each file to its package, version, SHA-256 (hex, for addresses that change with the
content) and `integrity` (for the attribute of the same name): `{"htmx.min.js": {"package": …, …}}`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "api" / "static" / "vendor"
# file in the vendor folder: (npm package, file in the package)
ASSETS = {
    "htmx.min.js": ("htmx.org", "dist/htmx.min.js"),
    "sse.min.js": ("htmx-ext-sse", "dist/sse.min.js"),
    "swagger-ui.css": ("swagger-ui-dist", "swagger-ui.css"),
    "swagger-ui-bundle.js": ("swagger-ui-dist", "swagger-ui-bundle.js"),
}

# Not served: only the writer of PDFs reads it.
FONTS = ROOT / "api" / "fonts"
FONT = ("@expo-google-fonts/noto-sans-sc", "400Regular/NotoSansSC_400Regular.ttf")


def copy_font(modules: Path, fonts: Path) -> Path:
    """Copy the Chinese font of PDF documents and return where it is.

    Raises:
        FileNotFoundError: the package or the file in it is missing.
    """
    package, inside = FONT
    fonts.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(modules / package / inside, fonts / "NotoSansSC.ttf"))


def copy_assets(modules: Path, vendor: Path) -> dict[str, dict[str, str]]:
    """Copy every asset and return the manifest, which is written last: where it is, the files are.

    Raises:
        FileNotFoundError: a package or a file in it is missing.
    """
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    manifest = {}
    for name, (package, inside) in ASSETS.items():
        shutil.copyfile(modules / package / inside, vendor / name)
        digest = hashlib.sha256((vendor / name).read_bytes()).digest()
        manifest[name] = {
            "package": package,
            "version": json.loads((modules / package / "package.json").read_text())["version"],
            "sha256": digest.hex(),
            "integrity": "sha256-" + base64.b64encode(digest).decode(),
        }
    (vendor / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


if __name__ == "__main__":
    try:
        copy_font(ROOT / "node_modules", FONTS)
        copy_assets(ROOT / "node_modules", VENDOR)
    except FileNotFoundError as error:
        sys.exit(f"assets: {error.filename} is missing; run `npm ci --ignore-scripts` first")
