# demo.sh: what a guest shell can do.  For sh.c and the tools beside it, which
# have to be in PATH; it works in /tmp.
#
#   sh demo.sh

cd /tmp || exit 1

echo '--- a pipeline: the three most frequent words'
printf '%s\n' fork exec wait fork pipe exec fork dup wait fork exec > words
cat words | sort | uniq -c | sort -rn | head -3

echo '--- redirections'
echo first > out.txt
echo second >> out.txt
cat < out.txt
cat nosuchfile > out.txt 2>&1
echo "exit code $?, and said: $(cat out.txt)"

echo '--- background jobs'
(sleep 0.2; echo 'the slow one is done') &
(echo 'the fast one is done') &
wait
echo 'both are done'

echo '--- exit codes'
true && echo 'true: 0'
false || echo "false: $?"
(exit 42)
echo "subshell: $?"
nosuchcommand 2> /dev/null || echo "not found: $?"

echo '--- a child killed by a signal'
sleep 60 &
kill -TERM $!
wait $!
echo "status $?"
sh -c 'kill -KILL $$'
echo "status $?"

echo '--- a reader that stops early'
yes | head -n 2

rm -f words out.txt
echo '--- done'
