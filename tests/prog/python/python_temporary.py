"""The module tempfile."""
import os
import tempfile

os.mkdir("tmp")
tempfile.tempdir = os.path.abspath("tmp")

with tempfile.TemporaryFile() as file:
    file.write(b"temporary")
    file.seek(0)
    print(file.read())
with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
    print("ä", 1, file=file)
    file.seek(0)
    print(repr(file.read()))
with tempfile.NamedTemporaryFile(prefix="pre", suffix=".suf") as file:
    name = os.path.basename(file.name)
    print(name.startswith("pre"), name.endswith(".suf"),
          os.listdir("tmp") == [name])
print(os.listdir("tmp"))
with tempfile.TemporaryDirectory() as folder:
    os.makedirs(os.path.join(folder, "a/b"))
    open(os.path.join(folder, "a/b/c"), "w").close()
    print(os.listdir("tmp") == [os.path.basename(folder)])
print(os.listdir("tmp"))
handle, name = tempfile.mkstemp(dir="tmp")
print(os.write(handle, b"abc"), os.path.getsize(name))
os.close(handle)
os.remove(name)
names = {tempfile.mkdtemp() for _ in range(20)}
print(len(names), len(os.listdir("tmp")))
with tempfile.SpooledTemporaryFile(max_size=10) as file:
    file.write(b"0123456789")
    print(file._rolled)
    file.write(b"x")
    print(file._rolled, file.seek(0), file.read())
