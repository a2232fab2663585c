/* One row declares an option: its names, what kind of value it takes, the
 * field that the value goes to, what the field has otherwise, and the line of
 * help. */
#include "options.h"

#include "say.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum kind { FLAG, COUNT, NUMBER, TEXT, PROTOCOL, FORMAT };

struct rule {
    const char *name;
    char letter; /* behind -, or 0 */
    enum kind kind;
    double least, most; /* of a COUNT or NUMBER */
    size_t field;
    const char *value, *otherwise, *help;
};

#define FIELD(name) offsetof(struct options, name)

static const struct rule rules[] = {
    {"host", 'h', TEXT, 0, 0, FIELD(host), "HOST", "127.0.0.1",
     "server's name or address"},
    {"port", 'p', TEXT, 0, 0, FIELD(port), "PORT", "6379", "its port"},
    {"socket", 's', TEXT, 0, 0, FIELD(socket), "PATH", NULL,
     "its Unix domain socket, in place of host and port"},
    {"proto", 0, PROTOCOL, 0, 0, FIELD(protocol), "NAME", "resp",
     "resp, framed (chapters 03 to 05, 07 to 09) or memcached"},
    {"connections", 'c', COUNT, 1, 1e6, FIELD(connections), "N", "50",
     "clients at the same time"},
    {"idle", 0, COUNT, 0, 1e6, FIELD(idle), "N", "0",
     "connections more, which say nothing"},
    {"threads", 't', COUNT, 1, 256, FIELD(threads), "N", "1",
     "threads that they are spread over"},
    {"pipeline", 'P', COUNT, 1, 1e6, FIELD(pipeline), "N", "1",
     "requests that a client sends before it waits for replies"},
    {"requests", 'n', COUNT, 1, 1e12, FIELD(requests), "N", NULL,
     "so many in all (100000, unless --seconds is given)"},
    {"seconds", 0, NUMBER, 0.001, 1e6, FIELD(seconds), "S", NULL,
     "so long"},
    {"warmup", 0, NUMBER, 0, 1e6, FIELD(warmup), "S", "0",
     "seconds more, before, that are not counted"},
    {"rate", 'r', NUMBER, 0.001, 1e9, FIELD(rate), "N", NULL,
     "open loop: N requests a second, whatever the server does"},
    {"timeout", 0, NUMBER, 0.001, 1e6, FIELD(timeout), "S", "10",
     "give up after so many seconds without any reply"},
    {"keys", 'k', COUNT, 1, 4294967295, FIELD(keys), "N", "100000",
     "how many different keys"},
    {"value-size", 'd', COUNT, 1, 1 << 29, FIELD(value_size), "BYTES", "64",
     "of each value"},
    {"reads", 0, COUNT, 0, 100, FIELD(reads), "PERCENT", "50",
     "share of GETs; the others are SETs"},
    {"zipf", 0, NUMBER, 0, 10, FIELD(zipf), "EXPONENT", "0",
     "the k-th key is drawn in proportion to 1/k^EXPONENT; 0: uniform"},
    {"seed", 0, COUNT, 0, 1e15, FIELD(seed), "N", "1",
     "other keys; the same seed draws the same ones"},
    {"fill", 0, FLAG, 0, 0, FIELD(fill), NULL, NULL,
     "first, SET every key once"},
    {"format", 0, FORMAT, 0, 0, FIELD(format), "NAME", "text",
     "text, csv or json"},
    {"server-pid", 0, COUNT, 1, INT_MAX, FIELD(server_pid), "PID", NULL,
     "tell what it costs this process, the server on this machine"},
    {"progress", 0, FLAG, 0, 0, FIELD(progress), NULL, NULL,
     "show how it goes, even if standard error is no terminal"},
    {"help", 0, FLAG, 0, 0, FIELD(help), NULL, NULL, "show this"},
};

enum { RULES = sizeof rules / sizeof rules[0] };

static bool read_number(const char *text, const struct rule *rule, double *n)
{
    char *end;
    *n = strtod(text, &end);
    return end != text && *end == '\0' && *n >= rule->least && *n <= rule->most;
}

static bool read_format(const char *text, enum format *format)
{
    static const char *const names[] = {"text", "csv", "json"};
    for (int i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            *format = (enum format)i;
            return true;
        }
    return false;
}

/* Puts the value into its field. False when it does not fit. */
static bool store(struct options *options, const struct rule *rule,
                  const char *value)
{
    void *field = (char *)options + rule->field;
    double n = 0;
    switch (rule->kind) {
    case FLAG:
        return *(bool *)field = true;
    case COUNT:
        if (!read_number(value, rule, &n) || n != floor(n))
            return false;
        *(long *)field = (long)n;
        return true;
    case NUMBER:
        return read_number(value, rule, field);
    case TEXT:
        *(const char **)field = value;
        return true;
    case PROTOCOL:
        *(const struct protocol **)field = protocol_find(value);
        return protocol_find(value) != NULL;
    case FORMAT:
        return read_format(value, field);
    }
    return false;
}

/* The rule behind "--name" or "-c", or NULL. */
static const struct rule *find(const char *option)
{
    bool is_long = strncmp(option, "--", 2) == 0;
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *rule = &rules[i];
        if (is_long ? strcmp(option + 2, rule->name) == 0
                    : option[1] == rule->letter && option[2] == '\0')
            return rule;
    }
    return NULL;
}

/* Reads argv[at], and argv[at + 1] if it takes a value. Returns the index
 * behind them, or -1. */
static int read_one(struct options *options, char **argv, int at)
{
    const struct rule *rule = argv[at][0] == '-' ? find(argv[at]) : NULL;
    if (rule == NULL) {
        say("unknown option %s (--help lists them; a command comes behind --)",
            argv[at]);
        return -1;
    }
    const char *value = rule->kind == FLAG ? "" : argv[at + 1];
    if (value == NULL) {
        say("%s needs a value: %s, %s", argv[at], rule->value, rule->help);
        return -1;
    }
    if (!store(options, rule, value)) {
        say("%s cannot be %s: %s, %s", argv[at], value, rule->value,
            rule->help);
        return -1;
    }
    return at + (rule->kind == FLAG ? 1 : 2);
}

static bool complete(struct options *options)
{
    if (options->requests == 0 && options->seconds == 0)
        options->requests = 100000;
    if (options->threads > options->connections)
        options->threads = options->connections;
    if (isatty(STDERR_FILENO))
        options->progress = true;
    return true;
}

bool options_read(struct options *options, int argc, char **argv)
{
    *options = (struct options){0};
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].otherwise != NULL)
            store(options, &rules[i], rules[i].otherwise);
    int at = 1;
    while (at < argc && strcmp(argv[at], "--") != 0) {
        at = read_one(options, argv, at);
        if (at < 0)
            return false;
    }
    if (at + 1 < argc)
        options->command = (const char *const *)argv + at + 1;
    return complete(options);
}

void options_print(void)
{
    for (size_t i = 0; i < RULES; i++) {
        const struct rule *rule = &rules[i];
        char names[48], letter[] = {'-', rule->letter, ',', ' ', '\0'};
        snprintf(names, sizeof names, "%s--%s %s",
                 rule->letter == 0 ? "" : letter, rule->name,
                 rule->value != NULL ? rule->value : "");
        printf("  %-23s  %s", names, rule->help);
        if (rule->otherwise != NULL)
            printf(" (%s)", rule->otherwise);
        printf("\n");
    }
}
