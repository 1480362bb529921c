/* abi_print.c: see abi_print.h. */
#include "sys/abi_print.h"

#include "sys/sys.h"

/* Room for the type of any call. */
#define TYPE_SIZE 256

static const char *const result_names[] = {
    [RESULT_ERRNO] = "errno",
    [RESULT_TID] = "tid or negative errno",
    [RESULT_VOID] = "nothing",
    [RESULT_NORETURN] = "does not return",
};

/* Does the call exist for programs of that pointer size? */
static bool is_for(const struct call_info *info, uint32_t ptr_size)
{
    size_t i;

    for (i = 0; i < n_call_namespaces; i++)
        if ((info->namespaces & call_namespaces[i].bit) &&
            (call_namespaces[i].ptr_size == 0 ||
             call_namespaces[i].ptr_size == ptr_size))
            return true;
    return false;
}

static void print_namespaces(FILE *out, const struct call_info *info)
{
    const char *sep = "";
    size_t i;

    for (i = 0; i < n_call_namespaces; i++) {
        if (!(info->namespaces & call_namespaces[i].bit))
            continue;
        (void)fprintf(out, "%s%s", sep, call_namespaces[i].name);
        sep = ", ";
    }
}

static void print_type(FILE *out, const struct call_info *info,
                       uint32_t ptr_size)
{
    char type[TYPE_SIZE];

    if (!is_for(info, ptr_size)) {
        (void)fputc('-', out);
        return;
    }
    calls_print_type(info, ptr_size, type, sizeof(type));
    (void)fputs(type, out);
}

static void print_params(FILE *out, const struct call_info *info)
{
    uint32_t i;

    if (info->n_params == 0)
        (void)fputs("none", out);
    for (i = 0; i < info->n_params; i++)
        (void)fprintf(out, "%s%s: %s", i ? ", " : "", info->params[i].name,
                      call_kind_name(info->params[i].kind));
}

static void print_text(FILE *out, const struct call_info *info)
{
    (void)fprintf(out, "%s%s\n  namespaces: ", info->name,
                  info->thunk ? "" : " (not there yet)");
    print_namespaces(out, info);
    (void)fputs("\n  32-bit: ", out);
    print_type(out, info, 4);
    (void)fputs("\n  64-bit: ", out);
    print_type(out, info, 8);
    (void)fputs("\n  parameters: ", out);
    print_params(out, info);
    (void)fprintf(out, "\n  result: %s\n\n", result_names[info->result]);
}

static void print_markdown(FILE *out, const struct call_info *info)
{
    (void)fprintf(out, "| `%s` | ", info->name);
    print_namespaces(out, info);
    (void)fputs(" | `", out);
    print_type(out, info, 4);
    (void)fputs("` | `", out);
    print_type(out, info, 8);
    (void)fputs("` | ", out);
    print_params(out, info);
    (void)fprintf(out, " | %s | %s |\n", result_names[info->result],
                  info->thunk ? "yes" : "no");
}

bool abi_print(FILE *out, bool markdown)
{
    size_t i;

    if (markdown)
        (void)fputs("# The calls\n\n"
                    "| name | namespaces | 32-bit type | 64-bit type "
                    "| parameters | result | present |\n"
                    "|---|---|---|---|---|---|---|\n",
                    out);
    for (i = 0; i < n_calls; i++) {
        if (markdown)
            print_markdown(out, &calls[i]);
        else
            print_text(out, &calls[i]);
    }
    return fflush(out) == 0 && !ferror(out);
}
