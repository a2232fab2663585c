/* One row declares an option: its names, what kind of value it takes, the
 * field that the value goes to, and the line of help. Reading the command
 * line, changing an option at the prompt and printing the help all walk the
 * same table. */
#include "options.h"

#include "say.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { FLAG, COUNT, SECONDS, TEXT, PROTO };

struct rule {
    const char *name; /* behind --, or NULL */
    char letter;      /* behind -, or 0 */
    bool live;        /* may be changed at the prompt */
    enum kind kind;
    long least; /* the smallest COUNT */
    size_t field;
    const char *value, *help;
};

#define FIELD(name) offsetof(struct options, name)

static const struct rule rules[] = {
    {"host", 'h', false, TEXT, 0, FIELD(host), "HOST",
     "server's name or address (127.0.0.1)"},
    {"port", 'p', false, TEXT, 0, FIELD(port), "PORT", "its port (6379)"},
    {"socket", 's', false, TEXT, 0, FIELD(socket), "PATH",
     "its Unix domain socket, in place of host and port"},
    {"proto", 0, true, PROTO, 0, FIELD(proto), "NAME",
     "raw, message, framed or resp (resp)"},
    {"pass", 'a', false, TEXT, 0, FIELD(password), "PASSWORD",
     "log in (others can see it here, but not in REDISCLI_AUTH)"},
    {"user", 0, false, TEXT, 0, FIELD(user), "NAME", "log in under this name"},
    {NULL, 'n', false, COUNT, 0, FIELD(db), "DB", "database to select (0)"},
    {NULL, '2', false, FLAG, 0, FIELD(resp2), NULL, "RESP2, even with -3"},
    {NULL, '3', false, FLAG, 0, FIELD(resp3), NULL, "RESP3: say HELLO 3"},
    {"bytes", 0, true, FLAG, 0, FIELD(bytes), NULL,
     "show what is sent and received, and where frames end"},
    {"time", 0, true, FLAG, 0, FIELD(time), NULL, "show how long replies take"},
    {"raw", 0, true, FLAG, 0, FIELD(raw), NULL,
     "show replies without quotes and numbers"},
    {"no-raw", 0, false, FLAG, 0, FIELD(no_raw), NULL,
     "show them with, even where output is no terminal"},
    {"timeout", 0, true, SECONDS, 0, FIELD(timeout), "SECONDS",
     "wait so long for a reply (5); 0: for ever"},
    {"split-every", 0, true, FLAG, 0, FIELD(split_every), NULL,
     "send in two writes, cut at every byte in turn"},
    {"drip", 0, true, COUNT, 0, FIELD(drip), "MS",
     "send byte by byte, MS milliseconds apart"},
    {"pipeline", 0, true, COUNT, 0, FIELD(pipeline), "N",
     "send N at once; 0: all lines of standard input"},
    {"half-close", 0, true, FLAG, 0, FIELD(half_close), NULL,
     "then send no more (shutdown), and read to the end"},
    {"reset", 0, true, FLAG, 0, FIELD(reset), NULL,
     "then reset the connection, waiting for no reply"},
    {"repeat", 'r', true, COUNT, 1, FIELD(repeat), "N", "do it N times"},
    {"connections", 0, false, COUNT, 0, FIELD(connections), "N",
     "open N, send the words on each, keep them until Enter"},
    {"script", 0, false, TEXT, 0, FIELD(script), "FILE", "play a wire script"},
    {NULL, 'x', false, FLAG, 0, FIELD(last_from_input), NULL,
     "the last word is all of standard input"},
    {"quoted-input", 0, false, FLAG, 0, FIELD(quoted), NULL,
     "the words are quoted as at the prompt: '\"\\x00\"'"},
    {NULL, 'e', false, FLAG, 0, FIELD(error_status), NULL,
     "exit with 1 when a reply is an error"},
    {"help", 0, false, FLAG, 0, FIELD(help), NULL, "show this"},
};

enum { RULES = sizeof rules / sizeof rules[0] };

static const char *const protos[] = {
    [PROTO_RESP] = "resp",
    [PROTO_RAW] = "raw",
    [PROTO_MESSAGE] = "message",
    [PROTO_FRAMED] = "framed",
};

const char *options_proto_name(enum proto proto)
{
    return protos[proto];
}

static bool read_count(const char *text, long least, long *count)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end != '\0' || n < least || n > INT_MAX)
        return false;
    *count = n;
    return true;
}

static bool read_seconds(const char *text, double *seconds)
{
    char *end;
    double n = strtod(text, &end);
    if (end == text || *end != '\0' || !(n >= 0 && n <= 1e6))
        return false;
    *seconds = n;
    return true;
}

static bool read_proto(const char *text, enum proto *proto)
{
    for (size_t i = 0; i < sizeof protos / sizeof protos[0]; i++)
        if (strcmp(text, protos[i]) == 0) {
            *proto = (enum proto)i;
            return true;
        }
    return false;
}

/* Puts the value into its field. False when it does not fit. */
static bool store(struct options *options, const struct rule *rule,
                  const char *value)
{
    void *field = (char *)options + rule->field;
    switch (rule->kind) {
    case FLAG:
        *(bool *)field = !*(bool *)field;
        return true;
    case COUNT:
        return read_count(value, rule->least, field);
    case SECONDS:
        return read_seconds(value, field);
    case TEXT:
        *(const char **)field = value;
        return true;
    case PROTO:
        return read_proto(value, field);
    }
    return false;
}

/* The rule behind "--name" or "-c", or NULL. */
static const struct rule *find(const char *option)
{
    bool is_long = strncmp(option, "--", 2) == 0;
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *rule = &rules[i];
        if (is_long ? rule->name != NULL && strcmp(option + 2, rule->name) == 0
                    : option[1] == rule->letter && option[2] == '\0')
            return rule;
    }
    return NULL;
}

/* What cannot be asked for together, or NULL. */
static const char *contradiction(const struct options *options)
{
    long port;
    if (!read_count(options->port, 1, &port) || port > 65535)
        return "the port is a number from 1 to 65535";
    if (options->split_every && options->drip > 0)
        return "--split-every and --drip: choose one of them";
    if (options->split_every && (options->half_close || options->reset))
        return "--split-every needs the connection for the next cut: "
               "no --half-close, no --reset";
    return NULL;
}

/* Reads argv[at], and argv[at + 1] if it takes a value. Returns the index
 * behind them, or -1. */
static int read_one(struct options *options, char **argv, int at)
{
    const struct rule *rule = find(argv[at]);
    if (rule == NULL) {
        complain("unknown option %s (rung-cli --help lists them)", argv[at]);
        return -1;
    }
    const char *value = rule->kind == FLAG ? "" : argv[at + 1];
    if (value == NULL) {
        complain("%s needs a value: %s, %s", argv[at], rule->value, rule->help);
        return -1;
    }
    if (!store(options, rule, value)) {
        complain("%s cannot be %s: %s, %s", argv[at], value, rule->value,
                 rule->help);
        return -1;
    }
    return at + (rule->kind == FLAG ? 1 : 2);
}

int options_read(struct options *options, int argc, char **argv)
{
    *options = (struct options){.host = "127.0.0.1",
                                .port = "6379",
                                .password = getenv("REDISCLI_AUTH"),
                                .timeout = 5,
                                .pipeline = 1,
                                .repeat = 1};
    int at = 1;
    while (at < argc && argv[at][0] == '-' && argv[at][1] != '\0') {
        if (strcmp(argv[at], "--") == 0) {
            at++;
            break;
        }
        at = read_one(options, argv, at);
        if (at < 0)
            return -1;
    }
    const char *wrong = contradiction(options);
    if (wrong != NULL) {
        complain("%s", wrong);
        return -1;
    }
    if (!isatty(STDOUT_FILENO) && !options->no_raw)
        options->raw = true;
    return at;
}

static void print_state(const struct options *options, const struct rule *rule)
{
    const void *field = (const char *)options + rule->field;
    switch (rule->kind) {
    case FLAG:
        printf("%s is %s\n", rule->name, *(const bool *)field ? "on" : "off");
        break;
    case COUNT:
        printf("%s is %ld\n", rule->name, *(const long *)field);
        break;
    case SECONDS:
        printf("%s is %g\n", rule->name, *(const double *)field);
        break;
    case PROTO:
        printf("%s is %s\n", rule->name,
               options_proto_name(*(const enum proto *)field));
        break;
    case TEXT:
        break;
    }
}

void options_change(struct options *options, const char *name,
                    const char *value)
{
    char option[32];
    snprintf(option, sizeof option, "--%s", name);
    const struct rule *rule = find(option);
    if (rule == NULL || !rule->live) {
        printf("No option :%s here (help lists them)\n", name);
        return;
    }
    struct options changed = *options;
    if (rule->kind != FLAG && value == NULL) {
        print_state(options, rule);
        return;
    }
    if (!store(&changed, rule, value)) {
        printf("%s cannot be %s: %s\n", name, value, rule->help);
        return;
    }
    const char *wrong = contradiction(&changed);
    if (wrong != NULL) {
        printf("Not changed: %s\n", wrong);
        return;
    }
    *options = changed;
    print_state(options, rule);
}

void options_print(FILE *out, const char *mark, bool live)
{
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *rule = &rules[i];
        if (live && !rule->live)
            continue;
        char names[48];
        char letter[] = {'-', rule->letter, '\0'};
        snprintf(names, sizeof names, "%s%s%s%s %s",
                 live || rule->letter == 0 ? "" : letter,
                 !live && rule->letter != 0 && rule->name != NULL ? ", " : "",
                 rule->name != NULL ? mark : "",
                 rule->name != NULL ? rule->name : "",
                 rule->value != NULL ? rule->value : "");
        fprintf(out, "  %-22s  %s\n", names, rule->help);
    }
}
