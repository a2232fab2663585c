/* LCS: the longest common subsequence of two strings: what is left of both
 * when as few bytes as possible are taken out of each.
 *
 * cell(i, j) is its length for the first i bytes of a and the first j of b:
 * one more than cell(i-1, j-1) where the bytes are the same, else the larger of
 * cell(i-1, j) and cell(i, j-1). The way back from the last cell meets, one
 * after the other, the ranges that are in both:
 *
 *             h o m e
 *           0 0 0 0 0
 *         s 0 0 0 0 0        from the last cell, the way back meets
 *         o 0 0 1 1 1        "ome" at once, and nothing after it
 *         m 0 0 1 2 2
 *         e 0 0 1 2 3 */
#include "command/functions.h"

#include <stdlib.h>

struct options {
    bool len, ranges, with_len; /* LEN, IDX, WITHMATCHLEN */
    long long least;            /* MINMATCHLEN: shorter ranges are not shown */
};

struct table {
    struct slice a, b;
    uint32_t *cells; /* (a.len + 1) rows of b.len + 1 */
};

static uint32_t *cell(const struct table *table, size_t i, size_t j)
{
    return &table->cells[i * (table->b.len + 1) + j];
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void fill(const struct table *table)
{
    const char *a = table->a.data, *b = table->b.data;
    memset(cell(table, 0, 0), 0, (table->b.len + 1) * sizeof(uint32_t));
    for (size_t i = 1; i <= table->a.len; i++) {
        const uint32_t *above = cell(table, i - 1, 0);
        uint32_t *row = cell(table, i, 0);
        row[0] = 0;
        for (size_t j = 1; j <= table->b.len; j++)
            row[j] = a[i - 1] == b[j - 1] ? above[j - 1] + 1
                                          : larger(above[j], row[j - 1]);
    }
}

/* The way back: it has come to cell (a, b), where a range of `len` starts. */
struct range {
    size_t a, b, len;
};

/* Goes on to the next range; false: it was the last. */
static bool next_range(const struct table *table, struct range *range)
{
    const char *a = table->a.data, *b = table->b.data;
    size_t i = range->a, j = range->b, len = 0;
    while (i > 0 && j > 0 && a[i - 1] != b[j - 1]) {
        if (*cell(table, i - 1, j) > *cell(table, i, j - 1))
            i--;
        else
            j--;
    }
    for (; i > 0 && j > 0 && a[i - 1] == b[j - 1]; len++) {
        i--;
        j--;
    }
    *range = (struct range){i, j, len};
    return len > 0;
}

static void reply_span(struct reply *out, size_t first, size_t len)
{
    reply_array(out, 2);
    reply_integer(out, (long long)first);
    reply_integer(out, (long long)(first + len) - 1);
}

/* Replies those that are not too short, if `out` is not NULL, and counts
 * them. */
static size_t reply_ranges(struct reply *out, const struct table *table,
                           const struct options *options)
{
    struct range range = {table->a.len, table->b.len, 0};
    size_t count = 0;
    while (next_range(table, &range)) {
        if ((long long)range.len < options->least)
            continue;
        count++;
        if (out == NULL)
            continue;
        reply_array(out, 2 + (size_t)options->with_len);
        reply_span(out, range.a, range.len);
        reply_span(out, range.b, range.len);
        if (options->with_len)
            reply_integer(out, (long long)range.len);
    }
    return count;
}

static void reply_text(struct call *call, const struct table *table,
                       size_t len)
{
    struct range range = {table->a.len, table->b.len, 0};
    char *text = malloc(len + 1);
    if (text == NULL) {
        reply_no_memory(call);
        return;
    }
    for (size_t at = len; next_range(table, &range);) {
        at -= range.len;
        memcpy(text + at, table->a.data + range.a, range.len);
    }
    reply_bulk(call->out, (struct slice){text, len});
    free(text);
}

static void reply_result(struct call *call, const struct table *table,
                         const struct options *options)
{
    uint32_t len = *cell(table, table->a.len, table->b.len);
    if (options->ranges) {
        reply_map(call->out, 2);
        reply_string(call->out, "matches");
        reply_array(call->out, reply_ranges(NULL, table, options));
        reply_ranges(call->out, table, options);
        reply_string(call->out, "len");
    }
    if (options->ranges || options->len)
        reply_integer(call->out, len);
    else
        reply_text(call, table, len);
}

/* On false the error has been replied. */
static bool parse_options(struct call *call, struct options *options)
{
    for (size_t i = 3; i < call->argc; i++) {
        if (arg_is(call, i, "len")) {
            options->len = true;
        } else if (arg_is(call, i, "idx")) {
            options->ranges = true;
        } else if (arg_is(call, i, "withmatchlen")) {
            options->with_len = true;
        } else if (arg_is(call, i, "minmatchlen") && i + 1 < call->argc) {
            if (!arg_integer(call, ++i, &options->least))
                return false;
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    if (options->ranges && options->len)
        reply_error(call->out, "ERR If you want both the length and indexes, "
                               "please just use IDX.");
    return !(options->ranges && options->len);
}

/* The table is that large: rows times columns. On false the error has been
 * replied. */
static bool allocate(struct call *call, struct table *table)
{
    long long most = config_number(&call->core->config, SETTING_BULK_LIMIT);
    size_t size;
    bool fits = !__builtin_mul_overflow(table->a.len + 1, table->b.len + 1,
                                        &size) &&
                !__builtin_mul_overflow(size, sizeof *table->cells, &size) &&
                size <= (size_t)most;
    table->cells = fits ? malloc(size) : NULL;
    if (table->cells != NULL)
        return true;
    reply_error(call->out, fits ? "ERR Insufficient memory, failed allocating "
                                  "transient memory for LCS"
                                : "ERR Insufficient memory, transient memory "
                                  "for LCS exceeds proto-max-bulk-len");
    return false;
}

/* Key `i` as a string, empty if it is not there; false: it is none. */
static bool find_string(struct call *call, size_t i, struct slice *string)
{
    const struct entry *entry = call_read(call, i);
    *string = SLICE("");
    if (entry != NULL && entry->type == TYPE_STRING)
        *string = entry_value(entry);
    return entry == NULL || entry->type == TYPE_STRING;
}

void cmd_lcs(struct call *call)
{
    struct table table;
    struct options options = {0};
    if (!find_string(call, 0, &table.a) || !find_string(call, 1, &table.b)) {
        reply_error(call->out, "ERR The specified keys must contain string "
                               "values");
        return;
    }
    if (!parse_options(call, &options) || !allocate(call, &table))
        return;
    fill(&table);
    reply_result(call, &table, &options);
    free(table.cells);
}
