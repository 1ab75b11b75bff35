"""Asks another search the queries of a file over the items that `tongban bench search --out FOLDER` wrote.

    search.py fts5|trgm|groonga FOLDER QUERIES SECONDS here|everywhere [address]

The first call in a folder loads and indexes; later calls ask the same index. Prints one line of JSON: queries a second of
one client, their times, and the ten best slugs of every query for the harness to judge.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time

PEER, FOLDER, QUERIES, SECONDS, REACH = sys.argv[1:6]
ADDRESS = sys.argv[6] if len(sys.argv) > 6 else ""
# The region of the sample and those above it: what somebody standing there can use. None for everywhere.
AREAS = ["000000", "990000", "990100", "990102"] if REACH == "here" else None
SHOWN = 10
# How much a match in the names counts beside one in the rest.
NAMES = 8


def items():
    with open(os.path.join(FOLDER, "items.jsonl"), encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def grams(text, size):
    """Runs of `size` characters of each word, without marks and blanks."""
    found = []
    for word in re.findall(r"\w+", text.lower()):
        found += [word[at : at + size] for at in range(max(1, len(word) - size + 1))]
    return list(dict.fromkeys(found))


class Fts5:
    """SQLite FTS5 with its trigram tokenizer: any of the query's trigrams, by bm25; shorter words as LIKE."""

    def __init__(self):
        path = os.path.join(FOLDER, "fts5.db")
        fresh = not os.path.exists(path)
        self.base = sqlite3.connect(path)
        self.version = sqlite3.sqlite_version
        if fresh:
            self.base.execute(
                "CREATE VIRTUAL TABLE items USING fts5(title, more, slug UNINDEXED, area UNINDEXED, tokenize='trigram')"
            )
            rows = ((i["title"], i["more"], i["slug"], i["area"]) for i in items())
            self.base.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", rows)
            self.base.execute("INSERT INTO items(items) VALUES ('optimize')")
            self.base.commit()
        self.base.execute("PRAGMA cache_size=-262144")
        self.base.execute("PRAGMA mmap_size=2000000000")

    def ask(self, query):
        near = f" AND area IN ({','.join('?' * len(AREAS))})" if AREAS else ""
        words = [gram for gram in grams(query, 3) if len(gram) == 3]
        if words:
            match = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
            text = f"SELECT slug FROM items WHERE items MATCH ?{near} ORDER BY bm25(items, {NAMES}.0, 1.0) LIMIT {SHOWN}"
            return [row[0] for row in self.base.execute(text, [match, *(AREAS or [])])]
        short = grams(query, 2)
        text = f"SELECT slug FROM items WHERE (title LIKE ? OR more LIKE ?){near} ORDER BY title NOT LIKE ?, length(title) LIMIT {SHOWN}"
        like = f"%{short[0]}%" if short else "%"
        return [row[0] for row in self.base.execute(text, [like, like, *(AREAS or []), like])]


class Trgm:
    """PostgreSQL pg_trgm: the titles most like the query, found through a GIN index, in a database that knows letters."""

    def __init__(self):
        import psycopg

        marker = os.path.join(FOLDER, "trgm.ready")
        if not os.path.exists(marker):
            with psycopg.connect(ADDRESS, autocommit=True) as first:
                first.execute("DROP DATABASE IF EXISTS items")
                first.execute("CREATE DATABASE items TEMPLATE template0 LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'")
        self.base = psycopg.connect(ADDRESS.rsplit("/", 1)[0] + "/items", autocommit=True, prepare_threshold=1)
        self.version = self.base.execute("SHOW server_version").fetchone()[0].split(" ")[0]
        if not os.path.exists(marker):
            self.base.execute("CREATE EXTENSION pg_trgm")
            self.base.execute("CREATE TABLE items (slug text, area text, title text, more text)")
            with self.base.cursor().copy("COPY items FROM STDIN") as copy:
                for i in items():
                    copy.write_row((i["slug"], i["area"], i["title"], i["more"]))
            self.base.execute("CREATE INDEX items_title ON items USING gin (title gin_trgm_ops)")
            self.base.execute("CREATE INDEX items_area ON items (area)")
            self.base.execute("VACUUM ANALYZE items")
            open(marker, "w").close()
        # Of 0.05, 0.1, 0.2 and 0.3 this finds most; higher ones are quicker and find less.
        self.base.execute("SET pg_trgm.word_similarity_threshold = 0.05")
        self.base.execute("SET work_mem = '64MB'")

    def ask(self, query):
        near = " AND area = ANY(%s)" if AREAS else ""
        text = (
            f"SELECT slug FROM items WHERE %s <%% title{near} "
            f"ORDER BY word_similarity(%s, title) DESC, length(title) LIMIT {SHOWN}"
        )
        values = [query, AREAS, query] if AREAS else [query, query]
        return [row[0] for row in self.base.execute(text, values)]


class Groonga:
    """Groonga, a search server, over its own HTTP: any of the query's bigrams, by TF-IDF over names and the rest."""

    def __init__(self):
        import http.client

        self.version = subprocess.run(["groonga", "--version"], capture_output=True, text=True).stdout.split()[1]
        base = os.path.join(FOLDER, "groonga")
        if not os.path.exists(base):
            os.mkdir(base)
            self.load(os.path.join(base, "db"))
        port = ADDRESS or "10451"
        self.server = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "groonga", "-s", "--protocol", "http", "--port", port,
             "--bind-address", "127.0.0.1", "--log-level", "none", os.path.join(base, "db")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        self.line = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
        for _ in range(100):
            try:
                self.line.connect()
                break
            except OSError:
                time.sleep(0.1)

    def load(self, base):
        """Tables and indexes as its handbook has them for Japanese and Chinese, then the items."""
        tables = [
            "table_create Items TABLE_HASH_KEY ShortText",
            "column_create Items title COLUMN_SCALAR Text",
            "column_create Items more COLUMN_SCALAR Text",
            "column_create Items area COLUMN_SCALAR ShortText",
            "table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigram --normalizer NormalizerNFKC130",
            "column_create Terms of_title COLUMN_INDEX|WITH_POSITION Items title",
            "column_create Terms of_more COLUMN_INDEX|WITH_POSITION Items more",
            "table_create Areas TABLE_HASH_KEY ShortText",
            "column_create Areas of_area COLUMN_INDEX Items area",
        ]
        loader = subprocess.Popen(["groonga", "-n", base], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for command in tables:
            loader.stdin.write(command + "\n")
        loader.stdin.write("load --table Items\n[\n")
        for at, i in enumerate(items()):
            row = {"_key": i["slug"], "title": i["title"], "more": i["more"], "area": i["area"]}
            loader.stdin.write((",\n" if at else "") + json.dumps(row, ensure_ascii=False))
        loader.stdin.write("\n]\nquit\n")
        loader.stdin.close()
        loader.wait()

    def ask(self, query):
        from urllib.parse import urlencode

        words = [gram.replace("\\", "").replace('"', "") for gram in grams(query, 2)]
        wanted = {
            "table": "Items",
            "match_columns": f"scorer_tf_idf(title) * {NAMES} || scorer_tf_idf(more)",
            "query": " OR ".join(f'"{word}"' for word in words) or '"-"',
            "output_columns": "_key",
            "sort_keys": "-_score",
            "limit": str(SHOWN),
        }
        if AREAS:
            wanted["filter"] = "in_values(area, " + ", ".join(f'"{area}"' for area in AREAS) + ")"
        self.line.request("GET", "/d/select?" + urlencode(wanted))
        answer = json.loads(self.line.getresponse().read())
        if answer[0][0] != 0:
            raise RuntimeError(f"groonga: {answer[0]}")
        return [row[0] for row in answer[1][0][2:]]


with open(QUERIES, encoding="utf-8") as file:
    queries = [json.loads(line)["query"] for line in file if line.strip()]
begun = time.perf_counter()
peer = {"fts5": Fts5, "trgm": Trgm, "groonga": Groonga}[PEER]()
loaded = time.perf_counter() - begun
limit = time.perf_counter() + 20 * float(SECONDS)
answers = []
for query in queries:
    # A peer that needs seconds for a query is not asked all of them; what it was asked is judged.
    if time.perf_counter() < limit:
        answers.append({"query": query, "slugs": peer.ask(query)})
waited, at = [], 0
begun = time.perf_counter()
while time.perf_counter() - begun < float(SECONDS):
    one = time.perf_counter()
    peer.ask(queries[at % len(queries)])
    waited.append(time.perf_counter() - one)
    at += 1
spent = time.perf_counter() - begun
waited.sort()
figures = [
    {"work": "speed", "unit": "1/s", "value": len(waited) / spent},
    {"work": "p50", "unit": "ms", "value": waited[len(waited) // 2] * 1000},
    {"work": "p99", "unit": "ms", "value": waited[min(len(waited) - 1, len(waited) * 99 // 100)] * 1000},
]
if PEER == "groonga":
    peer.server.terminate()
    peer.server.wait()
print(json.dumps({"figures": figures, "version": peer.version, "answers": answers, "loaded_s": round(loaded, 1)}))
