"""Reads the documents that `tongban bench ofd --out FOLDER` left, with one package of PyPI, on one core.

Prints one line of JSON: documents opened and their text read a second, and the milliseconds of the long one.
"""

import json
import sys
import time

PACKAGE, FOLDER, SECONDS = sys.argv[1], sys.argv[2], float(sys.argv[3])


def ofdkit(path):
    import ofdkit

    with ofdkit.open(path) as document:
        return document.text()


def easyofd(path):
    import base64

    from easyofd.ofd import OFD

    document = OFD()
    with open(path, "rb") as file:
        document.read(base64.b64encode(file.read()).decode(), save_xml=False)
    text = json.dumps(document.data, ensure_ascii=False, default=str)
    document.del_data()
    return text


read = {"ofdkit": ofdkit, "easyofd": easyofd}[PACKAGE]


def rate(path):
    """How often a second; the least that counts is one whole reading after one to warm up."""
    text = read(path)
    assert len(text) > 20, "no text was read"
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS or done == 0:
        read(path)
        done += 1
    return done / (time.perf_counter() - begun)


figures = [{"work": "licence-read", "unit": "1/s", "value": rate(f"{FOLDER}/licence.ofd")}]
figures.append({"work": "book-read", "unit": "ms", "value": 1000 / rate(f"{FOLDER}/book.ofd")})
print(json.dumps({"figures": figures}))
