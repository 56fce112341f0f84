"""Small npm archives of an invented city."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

SQUARE = [[112.0, 28.0], [112.4, 28.0], [112.4, 28.4], [112.0, 28.4], [112.0, 28.0]]
HOOK = [
    [112.4, 28.0],
    [113, 28.0],
    [113, 28.05],
    [112.45, 28.05],
    [112.45, 28.4],
    [112.4, 28.4],
    [112.4, 28.0],
]
TABLES = {
    "cities": "code,name,provinceCode\n9901,样本市,99\n9902,无区市,99\n",
    "areas": "code,name,cityCode,provinceCode\n990102,甲山区,9901,99\n"
    "990181,乙水市,9901,99\n990200,无区市,9902,99\n",
    "streets": "code,name,areaCode,provinceCode,cityCode\n"
    "990102001,一街道,990102,99,9901\n990102002,二街道,990102,99,9901\n990181100,三镇,990181,99,9901\n"
    "990200001,四街道,990200,99,9902\n",
    "villages": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    + "".join(f"990102001{n:03},社区{n},990102001,99,9901,990102\n" for n in range(1, 30))
    + "".join(f"990181100{n:03},村{n},990181100,99,9901,990181\n" for n in range(200, 240))
    + "990200001001,五社区,990200001,99,9902,990200\n",
}


def geojson(**rings: list[list[float]]) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for name, ring in rings.items()
        ],
    }


def archive(path: Path, members: dict[str, str]) -> str:
    """Write a package's archive; its checksum as npm writes it."""
    with tarfile.open(path, "w:gz") as target:
        for name, text in members.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text.encode())
            target.addfile(info, io.BytesIO(text.encode()))
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
