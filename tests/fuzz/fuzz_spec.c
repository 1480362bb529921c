/*
 * fuzz_spec.c: any bytes as a script of the specification's test suite: what
 * is read is as spec_read.h says, what is not has a reason.
 */
#include <string.h>

#include "base/limits.h"
#include "spec/spec_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_value(const struct spec_value *value)
{
    uint64_t slots[2] = {0, 0};
    char text[512];
    unsigned i;
    bool is_exact = true;

    spec_value_print(value, text, sizeof(text));
    assert(text[0]);
    if (value->is_any)
        return;
    assert((value->type == VT_V128 ? 128u : value->lane_bits) ==
           value->n_lanes * (unsigned)value->lane_bits);
    for (i = 0; i < SPEC_FLOAT_LANES; i++)
        is_exact &= value->nans[i] == SPEC_BITS;
    assert(spec_value_store(value, slots) == valtype_slots(value->type));
    /* A value is like itself, if its bits are known. */
    assert(spec_value_matches(value, value->type, slots) || !is_exact);
}

static void check_action(const struct spec_action *action)
{
    uint32_t i;

    assert(action->field.text);
    assert(action->n_args <= LIMIT_PARAMS);
    assert(!action->is_get || action->n_args == 0);
    for (i = 0; i < action->n_args; i++) {
        const struct spec_value *arg = &action->args[i];
        unsigned k;

        assert(!arg->is_any);
        for (k = 0; k < SPEC_FLOAT_LANES; k++)
            assert(arg->nans[k] == SPEC_BITS);
        if (valtype_is_ref(arg->type) && arg->type != VT_EXTERNREF)
            assert(arg->bits[0] == 0);
        check_value(arg);
    }
}

static void check_command(const struct spec_command *command)
{
    bool has_file = command->kind == SPEC_MODULE ||
                    command->kind == SPEC_DEFINITION ||
                    command->kind >= SPEC_BAD_MODULE;
    uint32_t i;

    assert(command->kind <= SPEC_UNINSTANTIABLE && command->line >= 0);
    assert(has_file == (command->file != NULL));
    if (has_file)
        assert(command->file[0] && !strchr(command->file, '/') &&
               strcmp(command->file, "..") != 0);
    assert((command->kind == SPEC_REGISTER) == (command->as != NULL));
    assert((command->kind >= SPEC_BAD_MODULE || command->kind == SPEC_TRAP) ==
           (command->text != NULL));
    assert(!command->is_text || command->kind == SPEC_BAD_MODULE);
    assert(command->n_results <= LIMIT_RESULTS);
    for (i = 0; i < command->n_results; i++)
        check_value(&command->results[i]);
    if (command->kind >= SPEC_RETURN && command->kind <= SPEC_EXCEPTION)
        check_action(&command->action);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct error err = ERROR_INIT;
    struct spec_script script;
    size_t i;

    if (spec_script_read(&script, (const char *)bytes, n, &err)) {
        for (i = 0; i < script.n; i++)
            check_command(&script.commands[i]);
    } else {
        assert(err.kind == ERROR_MALFORMED && err.text[0]);
    }
    spec_script_done(&script);
    return 0;
}
