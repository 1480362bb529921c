/* invoke.c: see invoke.h. */
#include "cli/invoke.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "interp/interp.h"

/* Integers are taken in any base of strtoull, signed or unsigned, as far as
 * they fit the width. */
static bool parse_int(const char *text, unsigned bits, uint64_t *slot)
{
    char *end;
    int64_t low = bits == 64 ? INT64_MIN : INT32_MIN;
    uint64_t high = bits == 64 ? UINT64_MAX : UINT32_MAX;

    errno = 0;
    if (text[0] == '-') {
        int64_t value = strtoll(text, &end, 0);

        if (value < low)
            return false;
        *slot = (uint64_t)value & high;
    } else {
        *slot = strtoull(text, &end, 0);
        if (*slot > high)
            return false;
    }
    return errno == 0 && *text && *end == '\0';
}

static bool parse_float(const char *text, valtype type, uint64_t *slot)
{
    char *end;
    double d;
    float f;

    errno = 0;
    *slot = 0;
    if (type == VT_F32) {
        f = strtof(text, &end);
        memcpy(slot, &f, sizeof(f));
    } else {
        d = strtod(text, &end);
        memcpy(slot, &d, sizeof(d));
    }
    return errno == 0 && *text && *end == '\0';
}

/* 0x and up to 32 hexadecimal digits: the vector as one number. */
static bool parse_v128(const char *text, uint64_t *slots)
{
    size_t len = strlen(text), i;

    if (len < 3 || len > 34 || text[0] != '0' || text[1] != 'x' ||
        strspn(text + 2, "0123456789abcdefABCDEF") != len - 2)
        return false;
    slots[0] = slots[1] = 0;
    for (i = 2; i < len; i++) {
        char digit[2] = {text[i], '\0'};

        slots[1] = slots[1] << 4 | slots[0] >> 60;
        slots[0] = slots[0] << 4 | strtoul(digit, NULL, 16);
    }
    return true;
}

static bool parse_arg(const char *text, valtype type, uint64_t *slot)
{
    switch (type) {
    case VT_I32:
        return parse_int(text, 32, slot);
    case VT_I64:
        return parse_int(text, 64, slot);
    case VT_F32:
    case VT_F64:
        return parse_float(text, type, slot);
    case VT_V128:
        return parse_v128(text, slot);
    default:
        *slot = 0;
        return valtype_is_defaultable(type) && strcmp(text, "null") == 0;
    }
}

static bool parse_args(const struct functype *type, const char *name,
                       const struct strings *argv, uint64_t *slots,
                       struct error *err)
{
    uint32_t i;

    if (argv->n - 1 != type->n_params) {
        char text[256];

        functype_print(type, text, sizeof(text));
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--invoke %s: %zu arguments for %s", name, argv->n - 1,
                         text);
    }
    for (i = 0; i < type->n_params; i++) {
        if (!parse_arg(argv->items[i + 1], type->params[i], slots))
            return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                             "--invoke %s: argument %u: %s is no %s", name,
                             i + 1, argv->items[i + 1],
                             valtype_name(type->params[i]));
        slots += valtype_slots(type->params[i]);
    }
    return true;
}

static void print_result(valtype type, const uint64_t *slots)
{
    uint64_t slot = slots[0];
    double d;
    float f;

    switch (type) {
    case VT_I32:
        printf("%" PRId32 "\n", (int32_t)slot);
        break;
    case VT_I64:
        printf("%" PRId64 "\n", (int64_t)slot);
        break;
    case VT_F32:
        memcpy(&f, &slot, sizeof(f));
        printf("%.9g\n", (double)f);
        break;
    case VT_F64:
        memcpy(&d, &slot, sizeof(d));
        printf("%.17g\n", d);
        break;
    case VT_V128:
        printf("0x%016" PRIx64 "%016" PRIx64 "\n", slots[1], slots[0]);
        break;
    default:
        puts(slot ? "reference" : "null");
        break;
    }
}

static struct func *find(const struct process *process, const char *name,
                         struct error *err)
{
    struct func *f = instance_func(process->program->inst, name);

    if (!f)
        error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                  "--invoke %s: no function of that name is exported", name);
    return f;
}

void invoke_function(struct process *process, const char *name,
                     struct outcome *outcome)
{
    static uint64_t slots[2 * (LIMIT_PARAMS > LIMIT_RESULTS ? LIMIT_PARAMS
                                                            : LIMIT_RESULTS)];
    struct error *err = &outcome->error;
    const uint64_t *at = slots;
    struct func *f;
    uint32_t i;

    memset(outcome, 0, sizeof(*outcome));
    outcome->kind = OUTCOME_ERROR;
    if (!process_start(process, err))
        return;
    f = find(process, name, err);
    if (!f || !parse_args(f->type, name, &process->env->argv, slots, err))
        return;
    if (process_call(process, f, slots, outcome))
        for (i = 0; i < f->type->n_results; i++) {
            print_result(f->type->results[i], at);
            at += valtype_slots(f->type->results[i]);
        }
    if (fflush(stdout))
        outcome->code = 1;
}
