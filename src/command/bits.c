/* Strings as rows of bits.
 *
 * BITCOUNT and BITPOS look at them through a window, from one bit to another:
 *
 *     value    01100001 01100010 01100011 01100100
 *     window        [001 01100010 0110]
 *
 * Whole bytes in it are taken eight at a time; of the bytes at its edges, the
 * bits outside count as 0. To look for zeros is to look for ones in what is
 * seen with all bits flipped. */
#include "command/bits.h"
#include "command/functions.h"
#include "command/range.h"
#include "resp/resp.h"

enum { WORD = sizeof(uint64_t) /* bytes looked at in one step */ };

bool arg_bit_offset(struct call *call, size_t i, unsigned bits,
                    uint64_t *offset)
{
    struct slice word = arg(call, i);
    long long most = config_number(&call->core->config, SETTING_BULK_LIMIT);
    long long number;
    long long factor = 1;
    if (bits > 0 && word.len > 0 && word.data[0] == '#') {
        word = (struct slice){word.data + 1, word.len - 1};
        factor = (long long)bits;
    }
    if (!slice_to_ll(word, &number) ||
        __builtin_mul_overflow(number, factor, &number) || number < 0 ||
        number / 8 >= most) {
        reply_error(call->out, "ERR bit offset is not an integer or out of "
                               "range");
        return false;
    }
    *offset = (uint64_t)number;
    return true;
}

static bool arg_bit(struct call *call, size_t i, bool *bit)
{
    long long number;
    if (slice_to_ll(arg(call, i), &number) && (number == 0 || number == 1)) {
        *bit = number;
        return true;
    }
    reply_error(call->out, "ERR bit is not an integer or out of range");
    return false;
}

void cmd_setbit(struct call *call)
{
    const struct key *key = &call->keys[0];
    uint64_t offset;
    bool bit;
    struct entry *entry;
    if (!arg_bit_offset(call, 2, 0, &offset) || !arg_bit(call, 3, &bit) ||
        !call_find_string(call, 0, &entry))
        return;
    struct slice value = entry ? entry_value(entry) : SLICE("");
    bool before = bit_at(value, offset);
    bool changes = before != bit || offset / 8 >= value.len;
    char *bytes = keyspace_edit(&call->space, key, offset / 8 + 1);
    if (bytes == NULL) {
        reply_no_memory(call);
        return;
    }
    set_bit(bytes, offset, bit);
    if (changes) {
        keyspace_changed(&call->space, key);
        call_notify(call, NOTIFY_STRING, "setbit", key);
    }
    reply_integer(call->out, before);
}

void cmd_getbit(struct call *call)
{
    uint64_t offset;
    struct entry *entry;
    if (!arg_bit_offset(call, 2, 0, &offset) ||
        !call_find_string(call, 0, &entry))
        return;
    reply_integer(call->out,
                  entry != NULL && bit_at(entry_value(entry), offset));
}

struct window {
    const char *bytes;
    long long first, last; /* bits; there is at least one */
    bool flipped;
};

/* Byte `i` of the value, as it is seen. */
static unsigned see_byte(const struct window *window, long long i)
{
    unsigned byte = (unsigned char)window->bytes[i];
    if (window->flipped)
        byte = ~byte & 0xff;
    if (i == window->first / 8)
        byte &= 0xffU >> window->first % 8;
    if (i == window->last / 8)
        byte &= 0xffU << (7 - window->last % 8);
    return byte;
}

/* Bytes `i` and following; all of them lie inside. */
static uint64_t see_word(const struct window *window, long long i)
{
    uint64_t word;
    memcpy(&word, window->bytes + i, sizeof word);
    return window->flipped ? ~word : word;
}

/* Do so many bytes from `i` on lie inside, without an edge among them? */
static bool inside(const struct window *window, long long i)
{
    return i > window->first / 8 && i + WORD <= window->last / 8;
}

static long long count_ones(const struct window *window)
{
    long long ones = 0;
    long long i = window->first / 8;
    while (i <= window->last / 8) {
        if (inside(window, i)) {
            ones += __builtin_popcountll(see_word(window, i));
            i += WORD;
        } else {
            ones += __builtin_popcount(see_byte(window, i));
            i++;
        }
    }
    return ones;
}

/* The first bit that is seen as 1, or -1. */
static long long find_one(const struct window *window)
{
    long long i = window->first / 8;
    while (i <= window->last / 8) {
        if (inside(window, i) && see_word(window, i) == 0)
            i += WORD;
        else if (see_byte(window, i) == 0)
            i++;
        else
            return 8 * i + __builtin_clz(see_byte(window, i)) -
                   8 * ((int)sizeof(unsigned) - 1);
    }
    return -1;
}

/* On false the error has been replied. */
static bool parse_unit(struct call *call, size_t i, bool *bits)
{
    *bits = arg_is(call, i, "bit");
    if (*bits || arg_is(call, i, "byte"))
        return true;
    reply_syntax_error(call);
    return false;
}

/* From numbers of bits, or of bytes, to the window. False: nothing is in it. */
static bool set_window(struct window *window, struct slice value, bool bits,
                       long long first, long long last)
{
    long long len = (long long)value.len * (bits ? 8 : 1);
    if (!clip_range(&first, &last, len))
        return false;
    window->bytes = value.data;
    window->first = bits ? first : 8 * first;
    window->last = bits ? last : 8 * last + 7;
    return true;
}

/* bitcount = key [ first last [ "BIT" / "BYTE" ] ] */
void cmd_bitcount(struct call *call)
{
    struct window window = {0};
    struct entry *entry;
    long long first = 0, last = -1;
    bool bits = false;
    if (!call_find_string(call, 0, &entry))
        return;
    if (entry == NULL) {
        reply_integer(call->out, 0);
        return;
    }
    if (call->argc == 3 || call->argc > 5) {
        reply_syntax_error(call);
        return;
    }
    if (call->argc > 3 &&
        (!arg_integer(call, 2, &first) || !arg_integer(call, 3, &last)))
        return;
    bool backwards = is_backwards(first, last);
    if (!backwards && call->argc == 5 && !parse_unit(call, 4, &bits))
        return;
    if (backwards ||
        !set_window(&window, entry_value(entry), bits, first, last))
        reply_integer(call->out, 0);
    else
        reply_integer(call->out, count_ones(&window));
}

/* The words behind bit, when the key is there; on false the error has been
 * replied. */
static bool parse_range(struct call *call, long long *first, long long *last,
                        bool *bits)
{
    if (call->argc > 6) {
        reply_syntax_error(call);
        return false;
    }
    return (call->argc < 4 || arg_integer(call, 3, first)) &&
           (call->argc < 6 || parse_unit(call, 5, bits)) &&
           (call->argc < 5 || arg_integer(call, 4, last));
}

/* bitpos = key bit [ first [ last [ "BIT" / "BYTE" ] ] ]
 * Without a last, zeros follow what there is; so it may find one there. */
static void find_bit(struct call *call, struct slice value, bool bit)
{
    struct window window = {.flipped = !bit};
    long long first = 0, last = -1;
    bool bits = false;
    if (!parse_range(call, &first, &last, &bits))
        return;
    long long found = -1;
    if (set_window(&window, value, bits, first, last)) {
        found = find_one(&window);
        if (found < 0 && !bit && call->argc < 5)
            found = 8 * (long long)value.len;
    }
    reply_integer(call->out, found);
}

void cmd_bitpos(struct call *call)
{
    long long bit;
    struct entry *entry;
    if (!arg_integer(call, 2, &bit))
        return;
    if (bit != 0 && bit != 1)
        reply_error(call->out, "ERR The bit argument must be 1 or 0.");
    else if (!call_find_string(call, 0, &entry))
        return;
    else if (entry == NULL)
        reply_integer(call->out, bit ? -1 : 0);
    else
        find_bit(call, entry_value(entry), bit);
}
