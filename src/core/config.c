/* One line of the table declares a setting. Numbers are atomics, because every
 * command may look at them; texts are few and seldom read, behind a lock. */
#include "core/config.h"
#include "base/text.h"
#include "core/notify.h"
#include "resp/reply.h"
#include "resp/resp.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { NUMBER, BYTES, OCTAL, TEXT, WORDS, CHOICE, YES_NO, EVENTS, LIMITS,
            ALIAS };

enum { FIXED = 1, CHANGES = 0 };

enum { CHOICES = 8 /* at most */ };

#define MEGABYTE (1024LL * 1024)

/* A choice is stored as the number of the word in its list. An alias is another
 * name of the setting whose number stands in `least`. */
static const struct spec {
    const char *name;
    enum kind kind;
    int fixed; /* only counts when the server starts */
    const char *initial;
    long long least, most;
    const char *choices[CHOICES];
} specs[SETTINGS] = {
    [SETTING_APPENDONLY] = {"appendonly", CHOICE, CHANGES, "no", 0, 0, {"no"}},
    [SETTING_BIND] = {"bind", WORDS, FIXED, "127.0.0.1 -::1", 0, 0, {0}},
    [SETTING_OUTPUT_LIMIT] = {"client-output-buffer-limit", LIMITS, CHANGES,
                              "normal 0 0 0 slave 268435456 67108864 60 "
                              "pubsub 33554432 8388608 60", 0, 0, {0}},
    [SETTING_QUERY_LIMIT] = {"client-query-buffer-limit", BYTES, CHANGES,
                             "1073741824", MEGABYTE, LLONG_MAX, {0}},
    [SETTING_DATABASES] = {"databases", NUMBER, FIXED, "16", 1, 4096, {0}},
    [SETTING_HASH_ENTRIES] = {"hash-max-listpack-entries", NUMBER, CHANGES,
                              "512", 0, LLONG_MAX, {0}},
    [SETTING_HASH_VALUE] = {"hash-max-listpack-value", BYTES, CHANGES, "64", 0,
                            LLONG_MAX, {0}},
    [SETTING_HASH_ENTRIES_ALIAS] = {"hash-max-ziplist-entries", ALIAS, CHANGES,
                                    "", SETTING_HASH_ENTRIES, 0, {0}},
    [SETTING_HASH_VALUE_ALIAS] = {"hash-max-ziplist-value", ALIAS, CHANGES, "",
                                  SETTING_HASH_VALUE, 0, {0}},
    [SETTING_IO] = {"io", CHOICE, FIXED, "threads", 0, 0,
                    {"threads", "poll", "epoll", "coroutines", "uring"}},
    [SETTING_IO_THREADS] = {"io-threads", NUMBER, FIXED, "1", 1, 128, {0}},
    [SETTING_LIST_SIZE] = {"list-max-listpack-size", NUMBER, CHANGES, "-2",
                           INT_MIN, INT_MAX, {0}},
    [SETTING_LIST_SIZE_ALIAS] = {"list-max-ziplist-size", ALIAS, CHANGES, "",
                                 SETTING_LIST_SIZE, 0, {0}},
    [SETTING_LOGFILE] = {"logfile", TEXT, FIXED, "", 0, 0, {0}},
    [SETTING_LOGLEVEL] = {"loglevel", CHOICE, CHANGES, "notice", 0, 0,
                          {"debug", "verbose", "notice", "warning", "nothing"}},
    [SETTING_MAXCLIENTS] = {"maxclients", NUMBER, CHANGES, "10000", 1,
                            UINT_MAX, {0}},
    [SETTING_NOTIFY] = {"notify-keyspace-events", EVENTS, CHANGES, "", 0,
                        INT_MAX, {0}},
    [SETTING_PORT] = {"port", NUMBER, FIXED, "6379", 0, 65535, {0}},
    [SETTING_BULK_LIMIT] = {"proto-max-bulk-len", BYTES, CHANGES, "536870912",
                            MEGABYTE, INT_MAX, {0}},
    [SETTING_REQUIREPASS] = {"requirepass", TEXT, CHANGES, "", 0, 0, {0}},
    [SETTING_SAVE] = {"save", WORDS, CHANGES, "", 0, 0, {0}},
    [SETTING_INTSET_ENTRIES] = {"set-max-intset-entries", NUMBER, CHANGES,
                                "512", 0, LLONG_MAX, {0}},
    [SETTING_TCP_BACKLOG] = {"tcp-backlog", NUMBER, FIXED, "511", 1, INT_MAX,
                             {0}},
    [SETTING_TCP_KEEPALIVE] = {"tcp-keepalive", NUMBER, CHANGES, "300", 0,
                               INT_MAX, {0}},
    [SETTING_TIMEOUT] = {"timeout", NUMBER, CHANGES, "0", 0, INT_MAX, {0}},
    [SETTING_TRACKED_KEYS] = {"tracking-table-max-keys", NUMBER, CHANGES,
                              "1000000", 0, LLONG_MAX, {0}},
    [SETTING_UNIXSOCKET] = {"unixsocket", TEXT, FIXED, "", 0, 0, {0}},
    [SETTING_UNIXSOCKETPERM] = {"unixsocketperm", OCTAL, FIXED, "0", 0, 0777,
                                {0}},
    [SETTING_ACL_PUBSUB] = {"acl-pubsub-default", CHOICE, CHANGES,
                            "resetchannels", 0, 0,
                            {"allchannels", "resetchannels"}},
    [SETTING_ACLLOG_MOST] = {"acllog-max-len", NUMBER, CHANGES, "128", 0,
                             LLONG_MAX, {0}},
    [SETTING_DEBUG] = {"enable-debug-command", CHOICE, FIXED, "no", 0, 0,
                       {"no", "yes", "local"}},
    [SETTING_LATENCY_THRESHOLD] = {"latency-monitor-threshold", NUMBER, CHANGES,
                                   "0", 0, LLONG_MAX, {0}},
    [SETTING_LFU_DECAY] = {"lfu-decay-time", NUMBER, CHANGES, "1", 0, INT_MAX,
                           {0}},
    [SETTING_LFU_FACTOR] = {"lfu-log-factor", NUMBER, CHANGES, "10", 0, INT_MAX,
                            {0}},
    [SETTING_MAXMEMORY] = {"maxmemory", BYTES, CHANGES, "0", 0, LLONG_MAX, {0}},
    [SETTING_POLICY] = {"maxmemory-policy", CHOICE, CHANGES, "noeviction", 0, 0,
                        {"volatile-lru", "volatile-lfu", "volatile-random",
                         "volatile-ttl", "allkeys-lru", "allkeys-lfu",
                         "allkeys-random", "noeviction"}},
    [SETTING_SAMPLES] = {"maxmemory-samples", NUMBER, CHANGES, "5", 1, INT_MAX,
                         {0}},
    [SETTING_PROTECTED] = {"protected-mode", YES_NO, CHANGES, "yes", 0, 0,
                           {"no", "yes"}},
    [SETTING_SLOWER] = {"slowlog-log-slower-than", NUMBER, CHANGES, "10000", -1,
                        LLONG_MAX, {0}},
    [SETTING_SLOWLOG_MOST] = {"slowlog-max-len", NUMBER, CHANGES, "128", 0,
                              LLONG_MAX, {0}},
    [SETTING_ZSET_ENTRIES] = {"zset-max-listpack-entries", NUMBER, CHANGES,
                              "128", 0, LLONG_MAX, {0}},
    [SETTING_ZSET_VALUE] = {"zset-max-listpack-value", BYTES, CHANGES, "64", 0,
                            LLONG_MAX, {0}},
    [SETTING_ZSET_ENTRIES_ALIAS] = {"zset-max-ziplist-entries", ALIAS, CHANGES,
                                    "", SETTING_ZSET_ENTRIES, 0, {0}},
    [SETTING_ZSET_VALUE_ALIAS] = {"zset-max-ziplist-value", ALIAS, CHANGES, "",
                                  SETTING_ZSET_VALUE, 0, {0}},
};

static bool is_text(const struct spec *spec)
{
    return spec->kind == TEXT || spec->kind == WORDS;
}

static bool is_choice(const struct spec *spec)
{
    return spec->kind == CHOICE || spec->kind == YES_NO;
}

static enum setting without_alias(enum setting setting)
{
    const struct spec *spec = &specs[setting];
    return spec->kind == ALIAS ? (enum setting)spec->least : setting;
}

bool config_find(struct slice name, enum setting *setting)
{
    for (int i = 0; i < SETTINGS; i++) {
        if (slice_is(name, specs[i].name)) {
            *setting = without_alias((enum setting)i);
            return true;
        }
    }
    return false;
}

bool config_fail(struct config_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return false;
}

bool config_bytes(struct slice word, long long *number)
{
    static const struct {
        const char *name;
        long long factor;
    } units[] = {{"b", 1},       {"k", 1000},          {"kb", 1024},
                 {"m", 1000000}, {"mb", MEGABYTE},     {"g", 1000000000},
                 {"", 1},        {"gb", 1024 * MEGABYTE}};
    size_t digits = 0;
    while (digits < word.len && word.data[digits] >= '0' &&
           word.data[digits] <= '9')
        digits++;
    struct slice unit = {word.data + digits, word.len - digits};
    if (!slice_to_ll((struct slice){word.data, digits}, number))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (slice_is(unit, units[i].name))
            return !__builtin_mul_overflow(*number, units[i].factor, number);
    return false;
}

static bool parse_octal(struct slice word, long long *number)
{
    *number = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.data[i] < '0' || word.data[i] > '7' || i == 4)
            return false;
        *number = *number * 8 + (word.data[i] - '0');
    }
    return word.len > 0;
}

static bool parse_choice(const struct spec *spec, struct slice word,
                         long long *number, struct config_error *error)
{
    struct buf list = {0};
    for (int i = 0; i < CHOICES && spec->choices[i] != NULL; i++) {
        if (slice_is(word, spec->choices[i])) {
            *number = i;
            buf_free(&list);
            return true;
        }
        buf_print(&list, "%s%s", i > 0 ? ", " : "", spec->choices[i]);
    }
    if (spec->kind == YES_NO)
        config_fail(error, "argument must be 'yes' or 'no'");
    else
        config_fail(error, "argument(s) must be one of the following: %.*s",
             (int)buf_len(&list), buf_slice(&list).data);
    buf_free(&list);
    return false;
}

static bool parse_number(const struct spec *spec, struct slice word,
                         long long *number, struct config_error *error)
{
    const char *why = NULL;
    if (is_choice(spec))
        return parse_choice(spec, word, number, error);
    if (spec->kind == EVENTS && !notify_parse(word, number))
        why = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
    else if (spec->kind == OCTAL && !parse_octal(word, number))
        why = "argument couldn't be parsed as an octal number";
    else if (spec->kind == BYTES && !config_bytes(word, number))
        why = "argument must be a memory value";
    else if (spec->kind == NUMBER && !slice_to_ll(word, number))
        why = "argument couldn't be parsed into an integer";
    if (why != NULL)
        return config_fail(error, "%s", why);
    if (*number >= spec->least && *number <= spec->most)
        return true;
    return config_fail(error, "argument must be between %lld and %lld "
                              "inclusive", spec->least, spec->most);
}

/* The words with a space between, as a C string from malloc. */
static char *join(const struct slice *words, size_t count)
{
    struct buf text = {0};
    for (size_t i = 0; i < count; i++) {
        buf_append(&text, " ", i > 0);
        buf_append(&text, words[i].data, words[i].len);
    }
    buf_append(&text, "", 1);
    if (text.failed)
        buf_free(&text);
    return text.data;
}

static bool is_set_to(struct config *config, enum setting setting,
                      struct slice text)
{
    pthread_mutex_lock(&config->lock);
    const char *now = config->text[setting];
    bool same = now != NULL && slice_equal(text, (struct slice){now,
                                                                strlen(now)});
    pthread_mutex_unlock(&config->lock);
    return same;
}

static bool set_text(struct config *config, enum setting setting,
                     const struct slice *words, size_t count,
                     struct config_error *error)
{
    if (count == 1 && is_set_to(config, setting, words[0]))
        return true;
    char *text = join(words, count);
    if (text == NULL)
        return config_fail(error, "out of memory");
    pthread_mutex_lock(&config->lock);
    char *old = config->text[setting];
    config->text[setting] = text;
    pthread_mutex_unlock(&config->lock);
    free(old);
    return true;
}

/* Looks a setting up and its value over. `number` is only for numbers. */
static bool check(enum config_moment moment, struct slice name,
                  const struct slice *words, size_t count,
                  enum setting *setting, long long *number,
                  struct config_error *error)
{
    if (!config_find(name, setting))
        return config_fail(error, "no such setting");
    const struct spec *spec = &specs[*setting];
    if (spec->fixed && moment == CONFIG_RUNNING)
        return config_fail(error, CONFIG_FIXED);
    if (count == 0 ||
        (count > 1 && spec->kind != WORDS && spec->kind != LIMITS))
        return config_fail(error, "wrong number of arguments");
    const char *wrong =
        spec->kind == LIMITS ? output_limits_set(NULL, words, count) : NULL;
    if (wrong != NULL)
        return config_fail(error, "%s", wrong);
    if (*setting == SETTING_SAVE && (count > 1 || words[0].len > 0))
        return config_fail(error, "there are no snapshots: only \"\" is "
                                  "possible");
    return is_text(spec) || spec->kind == LIMITS ||
           parse_number(spec, words[0], number, error);
}

bool config_check(enum config_moment moment, struct slice name,
                  const struct slice *words, size_t count,
                  struct config_error *error)
{
    enum setting setting;
    long long number;
    return check(moment, name, words, count, &setting, &number, error);
}

bool config_set(struct config *config, enum config_moment moment,
                struct slice name, const struct slice *words, size_t count,
                struct config_error *error)
{
    enum setting setting;
    long long number;
    if (!check(moment, name, words, count, &setting, &number, error))
        return false;
    if (is_text(&specs[setting]))
        return set_text(config, setting, words, count, error);
    if (specs[setting].kind == LIMITS)
        return !output_limits_set(config->output_limits, words, count);
    atomic_store(&config->number[setting], number);
    return true;
}

bool config_open(struct config *config)
{
    *config = (struct config){0};
    pthread_mutex_init(&config->lock, NULL);
    for (int i = 0; i < SETTINGS; i++) {
        struct slice name = {specs[i].name, strlen(specs[i].name)};
        struct slice value = {specs[i].initial, strlen(specs[i].initial)};
        struct config_error error;
        if (specs[i].kind != ALIAS &&
            !config_set(config, CONFIG_START, name, &value, 1, &error))
            return false;
    }
    return true;
}

void config_close(struct config *config)
{
    for (int i = 0; i < SETTINGS; i++)
        free(config->text[i]);
    buf_free(&config->users);
    pthread_mutex_destroy(&config->lock);
}

long long config_number(const struct config *config, enum setting setting)
{
    return atomic_load_explicit(&config->number[setting],
                                memory_order_relaxed);
}

struct buf config_text(struct config *config, enum setting setting)
{
    setting = without_alias(setting);
    const struct spec *spec = &specs[setting];
    struct buf text = {0};
    char digits[24];
    long long number = config_number(config, setting);
    if (is_text(spec)) {
        pthread_mutex_lock(&config->lock);
        buf_add(&text, config->text[setting]);
        pthread_mutex_unlock(&config->lock);
    } else if (is_choice(spec)) {
        buf_add(&text, spec->choices[number]);
    } else if (spec->kind == OCTAL) {
        buf_print(&text, "%llo", number);
    } else if (spec->kind == LIMITS) {
        output_limits_format(config->output_limits, &text);
    } else if (spec->kind == EVENTS) {
        buf_append(&text, digits, notify_format(digits, number));
    } else {
        buf_append(&text, digits, format_ll(digits, number));
    }
    return text;
}

const char *config_name(enum setting setting)
{
    return specs[setting].name;
}

bool config_is_fixed(enum setting setting)
{
    return specs[setting].fixed;
}

bool config_has_words(enum setting setting)
{
    return specs[setting].kind == WORDS || specs[setting].kind == LIMITS;
}

bool config_is_default(struct config *config, enum setting setting)
{
    struct slice initial = {specs[setting].initial,
                            strlen(specs[setting].initial)};
    if (specs[setting].kind == ALIAS)
        return true;
    struct buf value = config_text(config, setting);
    bool same = slice_equal(buf_slice(&value), initial);
    buf_free(&value);
    return same;
}
