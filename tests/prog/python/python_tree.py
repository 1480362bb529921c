"""Directories: making, listing, moving, copying, removing."""
import errno
import filecmp
import fnmatch
import glob
import os
import pathlib
import shutil
import stat


def attempt(call, *args):
    """What it returns, or how it fails."""
    try:
        result = call(*args)
    except OSError as error:
        result = f"{type(error).__name__} {errno.errorcode[error.errno]}"
    print(call.__name__, *args, "->", result)


def tree(top):
    for folder, folders, files in os.walk(top):
        folders.sort()
        print(folder, folders, sorted(files))


os.mkdir("d")
os.makedirs("d/e/f")
os.makedirs("d/e/f", exist_ok=True)
for name in ("d/1.txt", "d/2.txt", "d/e/3.txt", "d/e/f/4.dat", "d/ä ö.txt"):
    with open(name, "w") as file:
        file.write(name * 3)
tree("d")
print(sorted(os.listdir("d")), sorted(os.listdir(b"d")))
with os.scandir("d") as entries:
    for entry in sorted(entries, key=lambda entry: entry.name):
        print(entry.name, entry.path, entry.is_dir(), entry.is_file(),
              entry.is_symlink(), entry.stat().st_size)
print(sorted(glob.glob("d/*.txt")), sorted(glob.glob("**", recursive=True)))
print(sorted(map(str, pathlib.Path("d").rglob("*.txt"))))
print(fnmatch.filter(os.listdir("d"), "[12]*"))

for name in ("d", "d/1.txt"):
    status = os.stat(name)
    print(stat.S_ISDIR(status.st_mode), stat.S_ISREG(status.st_mode),
          status.st_nlink >= 1, status.st_size if name != "d" else "")
print(os.path.samefile("d/1.txt", "d/../d/1.txt"),
      os.path.samefile("d/1.txt", "d/2.txt"))
os.utime("d/1.txt", (1000000000, 1234567890.5))
print(os.stat("d/1.txt").st_mtime, os.stat("d/1.txt").st_atime_ns)

attempt(os.mkdir, "d")
attempt(os.mkdir, "no/such")
attempt(os.rmdir, "d")
attempt(os.rmdir, "d/1.txt")
attempt(os.rmdir, "none")
attempt(os.remove, "none")
attempt(os.remove, "d/1.txt/x")
attempt(os.listdir, "none")
attempt(os.listdir, "d/1.txt")
attempt(os.stat, "none")
attempt(os.stat, "d/1.txt/")
attempt(os.stat, "x" * 300)
attempt(open, "none")
attempt(open, "none/x", "w")
attempt(open, "d/1.txt/x", "w")
attempt(open, "d", "w")
attempt(os.rename, "none", "other")
attempt(os.rename, "d", "d/e/in")
attempt(os.rename, "d/1.txt", "d/e")
attempt(os.rename, "d/e", "d/1.txt")
attempt(os.rename, "d/1.txt", "d/one.txt")
attempt(os.replace, "d/one.txt", "d/2.txt")
print(open("d/2.txt").read())
attempt(os.rename, "d/e/f", "f")
attempt(os.link, "d/2.txt", "hard")
print(os.stat("hard").st_nlink, os.path.samefile("hard", "d/2.txt"))
attempt(os.symlink, "d/2.txt", "soft")
attempt(os.symlink, "d", "folder")
attempt(os.symlink, "nowhere", "dangling")
attempt(os.symlink, "loop", "loop")
attempt(os.readlink, "soft")
attempt(os.readlink, "hard")
attempt(open, "loop")
attempt(os.stat, "dangling")
print(os.path.islink("soft"), os.path.isfile("soft"),
      os.path.isdir("folder"), os.path.lexists("dangling"),
      os.path.exists("dangling"), os.lstat("soft").st_size)
print(open("soft").read(), sorted(os.listdir("folder")))
print(os.path.realpath("folder/e") == os.path.realpath("d/e"))
tree(".")

shutil.copytree("d", "copy", symlinks=True)
tree("copy")
compared = filecmp.dircmp("d", "copy")
print(sorted(compared.common), compared.left_only, compared.diff_files)
print(shutil.copy("d/2.txt", "copy/e"), shutil.copyfile("soft", "other"))
print(shutil.move("copy/e", "moved"))
tree("moved")
attempt(shutil.rmtree, "copy")
attempt(shutil.rmtree, "copy")
attempt(os.remove, "folder")
attempt(os.removedirs, "f")
os.remove("f/4.dat")
os.removedirs("f")
tree(".")

# More entries than one call returns.
os.mkdir("many")
for i in range(700):
    open(f"many/{'long name ' * (i % 20)}{i}", "w").close()
names = sorted(os.listdir("many"))
print(len(names), len(set(names)), names[::100])
with os.scandir("many") as entries:
    for entry in entries:
        os.remove(entry.path)
print(os.listdir("many"))

here, names = os.getcwd(), sorted(os.listdir("."))
os.chdir("moved")
print(os.path.relpath(os.getcwd(), here), sorted(os.listdir(".")),
      os.path.exists("../d"))
os.chdir(here)
print(sorted(os.listdir(".")) == names)
path = pathlib.Path("d", "sub")
path.mkdir()
(path / "x").write_text("x" * 10)
print((path / "x").read_bytes(), (path / "x").stat().st_size,
      path.is_dir(), [each.name for each in path.iterdir()])
(path / "x").rename(path / "y")
(path / "y").unlink()
path.rmdir()
print(path.exists())
