"""Files in formats: JSON, CSV, SQLite, compressed, archives, pickles."""
import bz2
import configparser
import csv
import gzip
import hashlib
import io
import json
import os
import pickle
import sqlite3
import struct
import tarfile
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

text = "".join(f"{i}: {i * i % 97} the same again\n" for i in range(5000))
data = text.encode()

value = {"n": [1, 2.5, -1e300, None, True], "text": "Grüße \U0001d11e \"\\",
         "deep": [[[[{"a": {}}]]]]}
with open("x.json", "w") as file:
    json.dump(value, file, indent=1, sort_keys=True)
print(open("x.json").read())
print(json.load(open("x.json")) == value)
try:
    json.loads('{"a": [1, 2')
except json.JSONDecodeError as error:
    print(error)

with open("x.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerows([["a", "b, c", 'd "e"'], ["1", "2\n3", ""], []])
print(open("x.csv", newline="").read().encode())
print(list(csv.reader(open("x.csv", newline=""))))
print(list(csv.DictReader(io.StringIO("k;v\n1;2\n3\n"), delimiter=";")))

db = sqlite3.connect("x.db")
db.execute("create table t (id integer primary key, name text, x real)")
with db:
    db.executemany("insert into t (name, x) values (?, ?)",
                   [(f"name {i}", i / 4) for i in range(1000)])
try:
    with db:
        db.execute("insert into t (name) values ('rolled back')")
        db.execute("insert into t (id) values (1)")
except sqlite3.IntegrityError as error:
    print(error)
db.close()
db = sqlite3.connect("x.db")
print(db.execute("select count(*), sum(x), max(name) from t").fetchall())
db.execute("create index i on t (name)")
print(db.execute("select * from t where name like 'name 99%'"
                 " order by x desc limit 3").fetchall())
db.execute("delete from t where id % 2")
db.commit()
db.execute("vacuum")
print(db.execute("pragma integrity_check").fetchall(),
      db.execute("select count(*) from t").fetchone())
db.close()
print(open("x.db", "rb").read(16), os.path.getsize("x.db") % 4096)

packed = zlib.compress(data, 9)
print(len(packed) < len(data) // 4, zlib.decompress(packed) == data,
      zlib.crc32(data), zlib.adler32(data))
for module, name in ((gzip, "x.gz"), (bz2, "x.bz2")):
    with module.open(name, "wt") as file:
        file.write(text)
    with module.open(name, "rt") as file:
        line = file.readline()
        print(name, line, line + file.read() == text)
with zipfile.ZipFile("x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("a/b.txt", text)
    archive.write("x.json", "x.json")
with zipfile.ZipFile("x.zip", "a") as archive:
    archive.writestr("c", "stored")
with zipfile.ZipFile("x.zip") as archive:
    print([(info.filename, info.file_size) for info in archive.infolist()],
          archive.testzip(), archive.read("a/b.txt") == data)
    archive.extractall("unzipped")
print(sorted(os.listdir("unzipped")), os.path.getsize("unzipped/a/b.txt"))
with tarfile.open("x.tar.gz", "w:gz") as archive:
    archive.add("unzipped", "top")
with tarfile.open("x.tar.gz") as archive:
    print(sorted(archive.getnames()))
    print(archive.extractfile("top/c").read())

with open("x.pickle", "wb") as file:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        pickle.dump((value, {1, 2}, b"bytes", 1 << 100), file, protocol)
with open("x.pickle", "rb") as file:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        print(pickle.load(file) == (value, {1, 2}, b"bytes", 1 << 100))
print(hashlib.sha256(open("x.pickle", "rb").read()).hexdigest())
record = struct.Struct("<bHiqfd5s")
print(record.size, record.pack(-1, 2, -3, 1 << 60, 0.5, 1e-300, b"abc"))
parser = configparser.ConfigParser()
parser.read_string("[a]\nx = 1\ny = %(x)s2\n[b]\nz: no\n")
with open("x.ini", "w") as file:
    parser.write(file)
print(parser["a"]["y"], parser.getboolean("b", "z"), open("x.ini").read())
root = ElementTree.fromstring("<r><e k='v'>t&amp;u</e><e/></r>")
ElementTree.ElementTree(root).write("x.xml")
print(open("x.xml").read(), [each.attrib for each in root.iter("e")])
for name in ("md5", "sha1", "sha512", "sha3_256", "blake2b"):
    print(name, hashlib.new(name, data).hexdigest())
