/*
 * proc_popen.c: streams from and to a shell command.
 */
#include "guest_test.h"

int main(void)
{
    char line[128];
    FILE *in, *out, *other;

    in = popen("echo one; echo two; exit 4", "r");
    MUST(in);
    while (fgets(line, sizeof(line), in))
        say("read: %s", line);
    say_status("r", pclose(in));

    out = popen("cat > file", "w");
    MUST(out);
    fputs("written\n", out);
    say_status("w", pclose(out));
    in = fopen("file", "r");
    MUST(in && fgets(line, sizeof(line), in));
    say("file: %s", line);
    fclose(in);

    /* Two at a time: closing the first ends its command, since the second
     * command does not hold on to it. */
    out = popen("cat > five; exit 5", "w");
    other = popen("cat > six; exit 6", "w");
    MUST(out && other);
    say_status("first", pclose(out));
    say_status("second", pclose(other));

    say("bad mode: %s\n", popen("true", "x") ? "ok" : errno_name());
    return 0;
}
