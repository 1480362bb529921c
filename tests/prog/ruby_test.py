#!/usr/bin/env python3
"""Ruby in tine: a library for a host, which ruby_driver is.

    ruby_test.py --tine TINE --programs FOLDER --driver RUBY_DRIVER [CLASS...]
"""
import os
import signal
import subprocess

import program
from program import Test

RUBY = None


def prepare():
    global RUBY
    RUBY = program.have_program(*program.RUBY)


class Ruby(Test):
    def ruby(self, script, stdin=b""):
        self.write("script.rb", script)
        return subprocess.run(
            [program.options.driver, RUBY, f"{self.dir}::/data",
             "/data/script.rb"],
            input=stdin, capture_output=True, timeout=60)

    def prints(self, script, stdout, **more):
        self.check(self.ruby(script, **more), 0, stdout)


class Language(Ruby):
    def test_values(self):
        self.prints(r"""
            puts RUBY_VERSION[0, 3], RUBY_PLATFORM
            puts 2**100 / 3**20, -7 / 2, -7 % 3, 7.fdiv(2), 0.1 + 0.2
            puts (1..20).inject(:*), 10.digits.inspect, 255.to_s(2)
            puts Rational(1, 3) + Rational(1, 6), Complex(1, 2) ** 2
            puts 1e22, 1.0 / 3, 5e-324, -0.0, Float::INFINITY
            puts "Straße".upcase, "äöü".reverse, "aé".bytes.inspect
            puts "%05.1f|%-5s|%+d|%x" % [3.14159, "ab", 5, 255]
            puts :sym.inspect, nil.inspect, "q\"\n".inspect""", """\
3.4
wasm32-wasi
363558641556578823726
-4
2
3.5
0.30000000000000004
2432902008176640000
[0, 1]
11111111
1/2
-3+4i
1.0e+22
0.3333333333333333
5.0e-324
-0.0
Infinity
STRASSE
üöä
[97, 195, 169]
003.1|ab   |+5|ff
:sym
nil
"q\\"\\n"
""")

    def test_collections(self):
        self.prints(r"""
            words = %w[pear fig apple date]
            p words.sort, words.sort_by { |w| [w.size, w] }, words.max
            p words.each_with_index.to_h, words.group_by(&:size)
            p words.each_slice(3).to_a, words.zip(1..4).flatten
            p words.map(&:to_sym).partition { |s| s > :e }
            p (1..Float::INFINITY).lazy.select(&:even?).map { _1 ** 2 }
              .first(3)
            h = Hash.new { |hash, key| hash[key] = key * 2 }
            p h[21], h, { a: 1, **{ b: 2 } }, [3, 1, 2].sort { |a, b| b <=> a }
            big = Array.new(30000) { |i| i * 7919 % 30011 }
            p big.sort.each_cons(2).all? { |a, b| a <= b }, big.sum
            case { name: "x", at: [1, [2, 3]] }
            in { name: String => n, at: [a, [*, b]] } then p n, a, b
            end""", """\
["apple", "date", "fig", "pear"]
["fig", "date", "pear", "apple"]
"pear"
{"pear" => 0, "fig" => 1, "apple" => 2, "date" => 3}
{4 => ["pear", "date"], 3 => ["fig"], 5 => ["apple"]}
[["pear", "fig", "apple"], ["date"]]
["pear", 1, "fig", 2, "apple", 3, "date", 4]
[[:pear, :fig], [:apple, :date]]
[4, 16, 36]
42
{21 => 42}
{a: 1, b: 2}
[3, 2, 1]
true
450147456
"x"
1
3
""")

    def test_regular_expressions(self):
        self.prints(r"""
            p "a1b22c333".scan(/[a-z]\d+/), "k=v; x=y"[/(\w)=y/, 1]
            p "2024-05-06".match(/(?<y>\d+)-(?<m>\d+)/).named_captures
            p "hello".gsub(/l(?=o)/, "L"), "a,b;c".split(/[,;]/)
            p "ab" * 3 =~ /(ab){3}\z/, "x".gsub(/x/) { $&.ord.to_s }
            p "Ünïcödé".scan(/\p{L}/).size, "foo.bar".tr("a-y", "b-z")""",
                    """\
["a1", "b22", "c333"]
"x"
{"y" => "2024", "m" => "05"}
"helLo"
["a", "b", "c"]
0
"120"
7
"gpp.cbs"
""")

    def test_objects(self):
        self.prints(r"""
            module Loud
              def to_s = super.upcase + "!"
            end
            class Point < Struct.new(:x, :y)
              prepend Loud
              include Comparable
              def <=>(other) = x * x + y * y <=> other.x ** 2 + other.y ** 2
              def to_s = "point #{x},#{y}"
              def method_missing(name, *args) = "#{name}#{args}"
              def respond_to_missing?(name, *) = name == :anything
            end
            a, b = Point.new(1, 2), Point.new(3, 0)
            puts a, a < b, [b, a].min == a, a.anything(1), a.clamp(a, b) == a
            puts Data.define(:n).new(n: 1).with(n: 2).inspect
            adder = ->(x) { ->(y) { x + y } }
            puts adder[1][2], adder.arity, method(:puts).arity
            puts [1, 2].frozen?, "lit".dup << "eral", ObjectSpace.respond_to?(
              :garbage_collect)
            eval("def late(n) = n.zero? ? 0 : 1 + late(n - 1)")
            puts late(1000), binding.local_variables.size > 2, __method__.nil?
            """, """\
POINT 1,2!
true
true
anything[1]
true
#<data n=2>
3
1
-1
false
literal
true
1000
true
true
""")


class Control(Ruby):
    """What leaves a frame early, which goes through longjmp."""

    def test_exceptions(self):
        self.prints(r"""
            class Own < StandardError; end
            def attempt
              yield
              puts "fine"
            rescue ZeroDivisionError, Own => e
              puts "#{e.class}: #{e.message} #{e.cause.inspect}"
            else
              puts "else"
            ensure
              puts "ensure"
            end
            attempt { 1 }
            attempt { 1 / 0 }
            attempt { begin; Integer("x"); rescue; raise Own, "own"; end }
            tries = 0
            begin
              tries += 1
              raise IOError if tries < 3
              puts tries
            rescue IOError
              retry
            end
            puts catch(:found) { 10.times { |i| throw :found, i if i == 7 } }
            puts [1, 2, 3].each { |i| break i * 10 if i == 2 }
            def early = [1, 2, 3].each { |i| return i if i > 1 }
            puts early
            begin; nil.none; rescue NoMethodError => e; puts e.message; end
            5000.times { begin; raise "x"; rescue; end }
            def deep(n) = deep(n + 1) + 1
            begin; deep(0); rescue SystemStackError => e; puts e.class; end
            puts "end" """, """\
fine
else
ensure
ZeroDivisionError: divided by 0 nil
ensure
Own: own #<ArgumentError: invalid value for Integer(): "x">
ensure
3
7
20
2
undefined method 'none' for nil
SystemStackError
end
""")

    def test_fibers(self):
        self.prints(r"""
            f = Fiber.new do |x|
              y = Fiber.yield x * 2
              begin
                Fiber.yield y + 1
              rescue => e
                Fiber.yield e.message
              end
              :done
            end
            p f.resume(21), f.resume(5), f.raise("in"), f.resume, f.alive?
            e = [1, 2].each
            p e.next, e.peek, e.next, (e.next rescue $!.class)
            g = Enumerator.new { |y| a, b = 0, 1; loop { y << a; a, b = b, a + b } }
            p g.take(10), g.lazy.reject(&:odd?).first(4)
            fibers = Array.new(50) { |i| Fiber.new { 3.times { |j|
              Fiber.yield i * j } } }
            p 3.times.map { fibers.sum(&:resume) }
            GC.start
            p fibers.count(&:alive?)
            begin; f.resume; f.resume; rescue FiberError => e; p e.class; end
            """, """\
42
6
"in"
:done
false
1
2
2
StopIteration
[0, 1, 1, 2, 3, 5, 8, 13, 21, 34]
[0, 2, 8, 34]
[0, 1225, 2450]
50
FiberError
""")

    def test_collector(self):
        self.prints(r"""
            GC.stress = true
            p Array.new(20) { |i| "s#{i}" * 3 }.last
            GC.stress = false
            kept = {}
            200_000.times { |i| kept[i % 100] = "text #{i}" }
            GC.start
            p kept.size, kept[99], GC.count > 0
            p ("x" * 20_000_000).size""", """\
"s19s19s19"
100
"text 199999"
true
20000000
""")


class Files(Ruby):
    def test_files(self):
        self.write("in", "one\ntwo\nthree")
        self.prints(r"""
            Dir.chdir "/data"
            p File.read("in"), File.readlines("in", chomp: true), IO.read("in", 3, 4)
            p File.write("out", "hello"), File.size("out"), File.exist?("no")
            File.open("out", "a") { |f| f.puts " world", 1, [2, 3] }
            File.open("out", "r+b") do |f|
              p f.gets, f.pos, f.eof?
              f.seek(-2, IO::SEEK_END)
              p f.read, f.eof?
              f.rewind
              f.write "J"
            end
            p File.read("out")
            Dir.mkdir "d"
            3.times { |i| File.write("d/#{i}.txt", "#{i}" * i) }
            p Dir.children("d").sort, Dir.glob("d/*.txt").sort
            File.rename "d/0.txt", "d/zero"
            File.delete "d/1.txt"
            p Dir.each_child("d").sort, File.stat("d").directory?
            File.symlink "zero", "d/link"
            p File.readlink("d/link"), File.symlink?("d/link"), File.zero?("d/link")
            ["no", "d", "in/x"].each { |n| File.read n rescue p $!.class }
            begin; Dir.rmdir "d"; rescue SystemCallError => e; p e.class; end
            Dir.children("d").each { |n| File.unlink "d/#{n}" }
            Dir.rmdir "d"
            p Dir.exist?("d"), File.expand_path("../x", "/data/y")
            p File.open("/etc/passwd") rescue p $!.class""", """\
"one\\ntwo\\nthree"
["one", "two", "three"]
"two"
5
5
false
"hello world\\n"
12
false
"3\\n"
true
"Jello world\\n1\\n2\\n3\\n"
["0.txt", "1.txt", "2.txt"]
["d/0.txt", "d/1.txt", "d/2.txt"]
["2.txt", "zero"]
true
"zero"
true
true
Errno::ENOENT
Errno::EISDIR
Errno::ENOTDIR
Errno::ENOTEMPTY
false
"/data/x"
Errno::ENOENT
""")
        self.assertEqual(sorted(os.listdir(self.dir)),
                         ["in", "out", "script.rb"])
        self.assertEqual((self.dir / "out").read_text(),
                         "Jello world\n1\n2\n3\n")

    def test_streams(self):
        self.prints(r"""
            p gets, $stdin.each_line.map(&:to_i).sum, gets
            $stdout.write "a", 1, "\n"
            print "x", "y\n"
            $stdout.flush
            IO.for_fd(1).syswrite "below\n" """, """\
"first\\n"
60
nil
a1
xy
below
""", stdin=b"first\n10\n20\n30")
        self.check(self.ruby("warn 'to standard error'"), 0, "",
                   "to standard error\n")

    def test_library(self):
        self.write("own.rb", "OWN = __FILE__")
        self.prints(r"""
            require "json"
            require "set"
            require "stringio"
            require "erb"
            require "digest"
            require "time"
            require "ostruct"
            require_relative "own"
            value = { "a" => [1, 2.5, nil], "ü" => { "deep" => "\u20ac" } }
            text = JSON.generate(value)
            puts text, JSON.parse(text) == value, OWN
            begin; JSON.parse("[1,"); rescue JSON::ParserError; puts "bad"; end
            puts Set[3, 1].add(3).inspect, StringIO.new("l1\nl2").gets
            puts ERB.new("<% 2.times do |i| %>[<%= i %>]<% end %>").result
            puts Digest::SHA256.hexdigest("tine")[0, 16]
            puts Time.at(0).utc.iso8601, Marshal.load(Marshal.dump(value)) == value
            puts [1, 2].pack("nV").inspect, "AQ==".unpack1("m").inspect
            puts rand.between?(0, 1), Random.new(42).rand(1000)""", """\
{"a":[1,2.5,null],"ü":{"deep":"€"}}
true
/data/own.rb
bad
#<Set: {3, 1}>
l1
[0][1]
eb8e739a0a72ead1
1970-01-01T00:00:00Z
true
"\\x00\\x01\\x02\\x00\\x00\\x00"
"\\x01"
true
102
""")


class End(Ruby):
    def test_status(self):
        for script, status, stdout, stderr in (
                ("exit 3", 3, "", ""), ("exit", 0, "", ""),
                ("exit false", 1, "", ""), ("exit! 9", 9, "", ""),
                ("puts 'x'\nabort 'why'", 1, "x\n", "why\n"),
                ("raise ArgumentError, 'bad'", 1, "",
                 "/data/script.rb:1:in '<top (required)>': bad "
                 "(ArgumentError)"),
                ("puts 1\n\ndef f\n", 1, "", "SyntaxError")):
            with self.subTest(script):
                self.check(self.ruby(script), status, stdout, stderr)

    def test_unknown_import(self):
        """The functions of JavaScript load, and trap when called."""
        done = self.ruby("require 'js'\nputs 'loaded'\n$stdout.flush\n"
                         "JS.eval('1')")
        self.check(done, -signal.SIGABRT, None, "rb-js-abi-host")


def add_options(parser):
    parser.add_argument("--driver", required=True)


if __name__ == "__main__":
    program.main(prepare, add_options)
