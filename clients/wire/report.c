/* A failure as a page for a human: what the test is about, what was done, what
 * came instead, why that may be, and how to see it again. */
#include "wire/play.h"

#include "wire/cause.h"
#include "wire/dump.h"

#include <ctype.h>
#include <string.h>

enum {
    BY_HAND = 160, /* bytes: more than that nobody pastes into a shell */
    WIDTH = 78,    /* columns of a sentence */
    INDENT = 13,   /* columns: "Likely cause:" */
};

static const char *const troubles[] = {
    [WIRE_DIFFERENT] = "other bytes came than expected",
    [WIRE_SILENCE] = "the bytes that are due did not come",
    [WIRE_ENDED] = "the server closed the connection before all bytes came",
    [WIRE_ABORTED] = "the server reset the connection before all bytes came",
    [WIRE_OPEN] = "the server should have closed the connection and did not",
    [WIRE_EXTRA] = "bytes came that nothing accounts for",
    [WIRE_REFUSED] = "connecting failed",
    [WIRE_STUCK] = "the server does not take the bytes it is sent",
    [WIRE_GREEDY] = "the server took all of the flood",
    [WIRE_LOCAL] = "the test could not be played; the fault is on this side",
};

/* A step may go over several lines; they are set below each other. */
static void print_source(FILE *out, struct slice source)
{
    for (size_t i = 0; i < source.len; i++) {
        fputc(source.data[i], out);
        if (source.data[i] != '\n')
            continue;
        fputs("              ", out);
        while (i + 1 < source.len && source.data[i + 1] == ' ')
            i++;
    }
}

static void print_step(FILE *out, const struct wire_moment *moment, bool last)
{
    fprintf(out, "   %s %3u  ", last ? ">" : " ", moment->step->line);
    print_source(out, moment->step->source);
    if (moment->counter > 0)
        fprintf(out, "    (round %ld)", moment->counter);
    fputc('\n', out);
}

static void print_trail(FILE *out, const struct wire_script *script,
                        const struct wire_failure *failure)
{
    fprintf(out, "The steps that led here, in %s:\n", script->path);
    for (size_t i = 0; i < failure->trail_len; i++)
        print_step(out, &failure->trail[i],
                   i + 1 == failure->trail_len && !failure->at_end);
    if (failure->at_end)
        fprintf(out, "   > end  our side of every connection is closed; the "
                     "server's should follow\n");
}

static void print_bytes(FILE *out, const struct wire_failure *failure)
{
    struct slice expected = buf_slice(&failure->expected);
    struct slice received = buf_slice(&failure->received);
    if (expected.len == 0 && received.len == 0)
        return;
    wire_dump_pair(out, "    ", expected, buf_slice(&failure->wild), received,
                   failure->same);
    if (expected.len > failure->same && received.len == failure->same)
        fprintf(out, "Still missing: the last %zu of %zu bytes.\n",
                expected.len - failure->same, expected.len);
}

static void print_trouble(FILE *out, const struct wire_target *target,
                          const struct wire_failure *failure)
{
    fprintf(out, "What happened");
    if (failure->conn[0] != '\0')
        fprintf(out, " on %s", failure->conn);
    fprintf(out, ": %s", troubles[failure->trouble]);
    if (failure->error != 0)
        fprintf(out, " (%s:%s: %s)", target->host, target->port,
                strerror(failure->error));
    if (failure->detail[0] != '\0')
        fprintf(out, "; the conversation was sent %s", failure->detail);
    fprintf(out, ".\n");
}

/* A sentence behind a name, in lines of at most WIDTH columns, of which all
 * but the first are indented. */
static void print_sentence(FILE *out, const char *name, size_t indent,
                           const char *text)
{
    size_t column = (size_t)fprintf(out, "%s:", name);
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (column + 1 + len > WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        fprintf(out, " %.*s", (int)len, text);
        column += 1 + len;
        text += len + strspn(text + len, " ");
    }
    fputs(".\n", out);
}

static void print_cause(FILE *out, const struct wire_script *script,
                        const struct wire_failure *failure,
                        const struct wire_context *context)
{
    const char *cause = wire_likely_cause(failure), *name = "Likely cause";
    if (context->died != NULL)
        cause = context->died;
    if (cause != NULL) {
        print_sentence(out, name, INDENT, cause);
        name = "          or";
    }
    bool played = failure->trouble != WIRE_REFUSED &&
                  failure->trouble != WIRE_LOCAL;
    if (script->cause[0] != '\0' && played)
        print_sentence(out, name, INDENT, script->cause);
    if (script->note[0] != '\0')
        fprintf(out, "Read: %s\n", script->note);
}

/* Bytes as printf(1) wants them, between single quotes. */
static void print_escaped(FILE *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte == '\r' || byte == '\n')
            fputs(byte == '\r' ? "\\r" : "\\n", out);
        else if (byte == '%' || byte == '\\')
            fprintf(out, "%c%c", byte, byte);
        else if (byte < 127 && isprint(byte) && byte != '\'')
            fputc(byte, out);
        else
            fprintf(out, "\\%03o", (unsigned)byte);
    }
}

static void print_by_hand(FILE *out, const struct wire_script *script,
                          const struct wire_target *target,
                          const struct wire_failure *failure,
                          const struct wire_context *context)
{
    const char *port = context->port != NULL ? context->port : target->port;
    size_t sent = failure->sent_total;
    fprintf(out, "By hand: ");
    if (context->port != NULL)
        fprintf(out, "start the server on port %s, then\n         ", port);
    if (sent > 0 && sent <= BY_HAND && !failure->split && !failure->others &&
        failure->detail[0] == '\0') {
        fprintf(out, "printf '");
        print_escaped(out, buf_slice(&failure->sent));
        fprintf(out, "' | nc -w 2 %s %s\n", target->host, port);
    } else {
        fprintf(out, "rung-cli -h %s -p %s --script %s\n", target->host, port,
                script->path);
    }
}

void wire_report(FILE *out, const struct wire_script *script,
                 const struct wire_target *target,
                 const struct wire_failure *failure,
                 const struct wire_context *context)
{
    static const struct wire_context nothing = {0};
    if (context == NULL)
        context = &nothing;
    print_sentence(out, script->name, 1, script->about);
    fputc('\n', out);
    print_trail(out, script, failure);
    fputc('\n', out);
    print_trouble(out, target, failure);
    print_bytes(out, failure);
    fputc('\n', out);
    print_cause(out, script, failure, context);
    if (context->again != NULL)
        fprintf(out, "Again: %s\n", context->again);
    print_by_hand(out, script, target, failure, context);
}
