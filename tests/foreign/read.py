"""Opens a document of ours with ofdkit, a code base that shares nothing with ours, and compares what it reads.

Called with the folder that `cargo run -p ofd --example specimen` wrote.
"""

import io
import sys
import zipfile
from pathlib import Path

import ofdkit


def letters(text: str) -> str:
    return "".join(text.split())


def without_page(data: bytes) -> bytes:
    """The same document with its first page emptied."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            empty = entry.filename.endswith("Page_0/Content.xml")
            new.writestr(entry.filename, b"<Page/>" if empty else old.read(entry))
    return out.getvalue()


def main() -> None:
    folder = Path(sys.argv[1])
    data = (folder / "sealed.ofd").read_bytes()
    ours = (folder / "text.txt").read_text("utf-8").split("\f")
    with ofdkit.open(data) as document:
        theirs = [page.text() for page in document.pages]
        assert len(theirs) == len(ours) == 2, theirs
        for page, (own, read) in enumerate(zip(ours, theirs)):
            # Readers order and space a page's lines each in their own way; the letters are the same.
            assert sorted(letters(own)) == sorted(letters(read)), (page, own, read)
        for line in ["食品经营许可证", "示例区东风路小吃店", "JY29901022026000001"]:
            assert line in letters(theirs[0]), line
        info = document.info
        assert info.title == "食品经营许可证（样例）", info
        assert info.author == "示例市市场监督管理局", info
        assert info.custom_data == {"ZZBS": "1.2.156.3005.2.1"}, info
        assert (document.pages[0].width, document.pages[0].height) == (210.0, 297.0)
        assert not document.warnings, document.warnings
    # The comparison can fail: a page that is gone is missed.
    with ofdkit.open(without_page(data)) as document:
        assert "食品经营许可证" not in letters(document.pages[0].text())
    print(f"ofdkit {ofdkit.__version__} reads {len(letters(''.join(theirs)))} letters on {len(theirs)} pages")


main()
