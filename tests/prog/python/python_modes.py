"""Opening, writing, appending, seeking, reading back."""
import errno
import io
import os


def show(name):
    with open(name, "rb") as file:
        print(name, os.path.getsize(name), file.read())


with open("a", "w") as file:
    print(file.write("one\ntwo\n"), file.tell(), file.writable(),
          file.readable(), file.seekable())
show("a")
with open("a", "a") as file:
    print(file.tell(), file.write("three\n"))
show("a")
with open("a", "r+") as file:
    print(repr(file.readline()))
    position = file.tell()
    print(position, repr(file.read()))
    file.seek(position)
    file.write("TWO")
show("a")
with open("a", "r+b", buffering=0) as file:
    print(file.seek(-3, os.SEEK_END), file.read(), file.read())
    print(file.seek(2), file.seek(2, os.SEEK_CUR), file.read(4))
    print(file.truncate(5), file.tell())
show("a")
with open("a", "w+b") as file:
    print(file.write(bytes(range(256)) * 3), file.seek(0))
    buffer = bytearray(10)
    print(file.readinto(buffer), buffer)
    print(file.seek(1000), file.write(b"end"), file.tell())
    file.seek(760)
    print(file.read())
try:
    open("a", "x")
except FileExistsError as error:
    print("x:", errno.errorcode[error.errno], error.filename)
with open("new", "x") as file:
    file.write("new")
show("new")

# Text: encodings and line ends.
with open("text", "w", encoding="utf-8", newline="\r\n") as file:
    file.write("Grüße\n€ 𝄞\n")
show("text")
print(repr(open("text", encoding="utf-8").read()))
print(repr(open("text", encoding="utf-8", newline="").read()))
print(repr(open("text", encoding="latin-1").readlines()))
try:
    open("text", encoding="ascii").read()
except UnicodeDecodeError as error:
    print(error)
print(repr(open("text", encoding="ascii", errors="replace").read()))

# Below the io module.
fd = os.open("raw", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
print(os.write(fd, b"0123456789"), os.lseek(fd, 0, os.SEEK_CUR))
print(os.pread(fd, 4, 3), os.pwrite(fd, b"xyz", 5), os.lseek(fd, 0, 1))
print(os.lseek(fd, 2, os.SEEK_SET), os.read(fd, 100), os.read(fd, 100))
os.ftruncate(fd, 4)
print(os.fstat(fd).st_size, os.lseek(fd, 0, os.SEEK_END))
os.ftruncate(fd, 8)
print(os.pread(fd, 100, 0))
print(os.writev(fd, [b"ab", b"", b"cde"]), os.lseek(fd, 0, 0))
into = [bytearray(3), bytearray(20)]
print(os.readv(fd, into), into)
os.fsync(fd)
os.close(fd)
for call in (os.read, os.pread):
    try:
        call(fd, *(1,) if call is os.read else (1, 0))
    except OSError as error:
        print(call.__name__, errno.errorcode[error.errno])
fd = os.open("raw", os.O_WRONLY | os.O_APPEND)
print(os.lseek(fd, 0, os.SEEK_SET), os.write(fd, b"++"))
try:
    os.read(fd, 1)
except OSError as error:
    print("read", errno.errorcode[error.errno])
os.close(fd)
show("raw")

# Large writes, small reads, and back and forth through one buffer.
line = "".join(chr(32 + i % 90) for i in range(997)) + "\n"
with open("large", "w") as file:
    for i in range(3000):
        file.write(line)
print(os.path.getsize("large"))
with open("large") as file:
    print(sum(len(each) for each in file))
with open("large", "r+b", buffering=64) as file:
    for at in range(0, 2990000, 99991):
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(byte.swapcase())
    file.flush()
    file.seek(0)
    total = sum(i * byte for i, byte in enumerate(file.read(100000)))
print(total)
with open("far", "w+b") as file:
    file.seek(5 << 30)
    file.write(b"far")
    file.seek((5 << 30) - 2)
    print(file.read(), file.tell(), os.fstat(file.fileno()).st_size)
os.remove("far")

# An open file outlives its name.
with open("gone", "w+") as file:
    file.write("still here")
    file.flush()
    os.remove("gone")
    file.seek(0)
    print(file.read(), os.path.exists("gone"))
print(sorted(os.listdir(".")), io.DEFAULT_BUFFER_SIZE)
