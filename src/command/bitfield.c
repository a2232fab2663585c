/* BITFIELD: a string as a row of integers of any width up to 64 bits, signed
 * ("i5") or not ("u4"; at most 63 bits, so that all of them are long longs).
 *
 *     bitfield  = key { operation }
 *     operation = "GET" type offset
 *               / "SET" type offset number
 *               / "INCRBY" type offset number
 *               / "OVERFLOW" ( "WRAP" / "SAT" / "FAIL" )
 *
 * The words are gone through twice: all of them must make sense before the
 * first operation is carried out, and the value must be long enough for the
 * last. */
#include "command/bits.h"
#include "command/functions.h"
#include "resp/resp.h"

enum overflow { WRAP, SATURATE, FAIL };

struct field {
    bool is_signed;
    unsigned bits;
    uint64_t offset;
};

struct operation {
    enum { GET, SET, INCREASE, OVERFLOW } what;
    struct field field;
    long long number;
    enum overflow overflow; /* stays until the next OVERFLOW */
};

static int64_t most(const struct field *field)
{
    unsigned digits = field->bits - field->is_signed;
    return (int64_t)(((uint64_t)1 << digits) - 1);
}

static int64_t least(const struct field *field)
{
    return field->is_signed ? -most(field) - 1 : 0;
}

/* The low bits of `raw` as a number: their sign goes on to the left. */
static int64_t narrow(const struct field *field, uint64_t raw)
{
    unsigned unused = 64 - field->bits;
    raw <<= unused;
    return field->is_signed ? (int64_t)raw >> unused
                            : (int64_t)(raw >> unused);
}

static int64_t read_field(const struct field *field, struct slice value)
{
    uint64_t raw = 0;
    for (unsigned i = 0; i < field->bits; i++)
        raw = raw << 1 | bit_at(value, field->offset + i);
    return narrow(field, raw);
}

static void write_field(const struct field *field, char *bytes, int64_t number)
{
    for (unsigned i = 0; i < field->bits; i++)
        set_bit(bytes, field->offset + i,
                (uint64_t)number >> (field->bits - 1 - i) & 1);
}

/* What is to stand in the field that holds `old`. False: it does not fit, and
 * must not be made to. */
static bool new_number(const struct operation *op, int64_t old, int64_t *new)
{
    const struct field *field = &op->field;
    int64_t from = op->what == INCREASE ? old : 0;
    int64_t sum;
    bool beyond = __builtin_add_overflow(from, op->number, &sum);
    bool above = beyond ? op->number > 0 : sum > most(field);
    bool below = beyond ? op->number < 0 : sum < least(field);
    if (op->what == SET && !field->is_signed && op->number < 0) {
        above = true; /* it is taken for a number of 64 bits without a sign */
        below = false;
    }
    *new = narrow(field, (uint64_t)from + (uint64_t)op->number);
    if (op->overflow == SATURATE && (above || below))
        *new = above ? most(field) : least(field);
    return op->overflow != FAIL || !(above || below);
}

/* type = ( "i" / "u" ) bits */
static bool parse_type(struct call *call, size_t i, struct field *field)
{
    struct slice word = arg(call, i);
    long long bits;
    field->is_signed = word.len > 0 && word.data[0] == 'i';
    if ((field->is_signed || (word.len > 0 && word.data[0] == 'u')) &&
        slice_to_ll((struct slice){word.data + 1, word.len - 1}, &bits) &&
        bits >= 1 && bits <= 63 + field->is_signed) {
        field->bits = (unsigned)bits;
        return true;
    }
    reply_error(call->out, "ERR Invalid bitfield type. Use something like i16 "
                           "u8. Note that u64 is not supported but i64 is.");
    return false;
}

static bool parse_overflow(struct call *call, size_t i, struct operation *op)
{
    op->what = OVERFLOW;
    if (arg_is(call, i, "wrap"))
        op->overflow = WRAP;
    else if (arg_is(call, i, "sat"))
        op->overflow = SATURATE;
    else if (arg_is(call, i, "fail"))
        op->overflow = FAIL;
    else {
        reply_error(call->out, "ERR Invalid OVERFLOW type specified");
        return false;
    }
    return true;
}

/* The operation at word *i, which becomes that of the next. On false the error
 * has been replied. */
static bool parse_operation(struct call *call, size_t *i, struct operation *op)
{
    size_t at = *i;
    size_t words = call->argc - at;
    *i += arg_is(call, at, "overflow") ? 2 : arg_is(call, at, "get") ? 3 : 4;
    if (words >= 2 && arg_is(call, at, "overflow"))
        return parse_overflow(call, at + 1, op);
    if (words >= 3 && arg_is(call, at, "get")) {
        op->what = GET;
    } else if (words >= 4 && arg_is(call, at, "set")) {
        op->what = SET;
    } else if (words >= 4 && arg_is(call, at, "incrby")) {
        op->what = INCREASE;
    } else {
        reply_syntax_error(call);
        return false;
    }
    return parse_type(call, at + 1, &op->field) &&
           arg_bit_offset(call, at + 2, op->field.bits, &op->field.offset) &&
           (op->what == GET || arg_integer(call, at + 3, &op->number));
}

struct plan {
    size_t operations;
    bool writes;
    size_t len; /* bytes that the value must have for what is written */
};

static bool make_plan(struct call *call, struct plan *plan)
{
    struct operation op = {0};
    for (size_t i = 2; i < call->argc;) {
        if (!parse_operation(call, &i, &op))
            return false;
        plan->operations += op.what != OVERFLOW;
        if (op.what == GET || op.what == OVERFLOW)
            continue;
        size_t len = (op.field.offset + op.field.bits - 1) / 8 + 1;
        plan->writes = true;
        if (plan->len < len)
            plan->len = len;
    }
    return true;
}

/* What the operations work on. */
struct target {
    struct slice value;
    char *bytes; /* the same, to be written; NULL if nothing writes */
    bool grew;   /* it has been made longer for that */
};

/* Carries it out and replies. Has it changed something? To write zeros behind
 * the old end is a change, too. */
static bool operate(struct call *call, const struct operation *op,
                    const struct target *target)
{
    int64_t old = read_field(&op->field, target->value);
    int64_t new;
    if (op->what == GET) {
        reply_integer(call->out, old);
    } else if (!new_number(op, old, &new)) {
        reply_null(call->out);
    } else {
        write_field(&op->field, target->bytes, new);
        reply_integer(call->out, op->what == SET ? old : new);
        return target->grew || new != old;
    }
    return false;
}

/* On false the error has been replied. */
static bool open_target(struct call *call, const struct plan *plan,
                        struct target *target)
{
    struct entry *entry;
    if (!call_find_string(call, 0, &entry))
        return false;
    target->value = entry ? entry_value(entry) : SLICE("");
    if (!plan->writes)
        return true;
    target->grew = target->value.len < plan->len;
    if (target->grew)
        target->value.len = plan->len;
    target->bytes = keyspace_edit(&call->space, &call->keys[0], plan->len);
    target->value.data = target->bytes;
    if (target->bytes == NULL)
        reply_no_memory(call);
    return target->bytes != NULL;
}

static void bitfield(struct call *call, const struct plan *plan)
{
    struct operation op = {0};
    struct target target = {0};
    bool changed = false;
    if (!open_target(call, plan, &target))
        return;
    reply_array(call->out, plan->operations);
    for (size_t i = 2; i < call->argc;)
        if (parse_operation(call, &i, &op) && op.what != OVERFLOW)
            changed |= operate(call, &op, &target);
    if (changed) {
        keyspace_changed(&call->space, &call->keys[0]);
        call_notify(call, NOTIFY_STRING, "setbit", &call->keys[0]);
    }
}

void cmd_bitfield(struct call *call)
{
    struct plan plan = {0};
    if (make_plan(call, &plan))
        bitfield(call, &plan);
}

void cmd_bitfield_ro(struct call *call)
{
    struct plan plan = {0};
    if (!make_plan(call, &plan))
        return;
    if (plan.writes)
        reply_error(call->out, "ERR BITFIELD_RO only supports the GET "
                               "subcommand");
    else
        bitfield(call, &plan);
}
