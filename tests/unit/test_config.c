/* Settings: every kind of them, from the command line, from a file, and what is
 * said when something is wrong. */
#include "unit.h"

#include "core/config.h"

#include <stdio.h>
#include <unistd.h>

static struct config config;
static struct config_error error;

static int open_config(void **state)
{
    (void)state;
    return !config_open(&config);
}

static int close_config(void **state)
{
    (void)state;
    config_close(&config);
    return 0;
}

static bool set_words(enum config_moment moment, const char *name,
                      const struct slice *words, size_t count)
{
    strcpy(error.text, "");
    return config_set(&config, moment, text(name), words, count, &error);
}

static bool set(const char *name, const char *value)
{
    struct slice word = text(value);
    return set_words(CONFIG_START, name, &word, 1);
}

static void assert_setting(const char *name, const char *expected)
{
    for (int i = 0; i < SETTINGS; i++) {
        if (strcmp(config_name((enum setting)i), name) != 0)
            continue;
        struct buf value = config_text(&config, (enum setting)i);
        assert_bytes(buf_slice(&value), text(expected));
        buf_free(&value);
        return;
    }
    fail_msg("there is no %s", name);
}

/* Redis 7.0.15's, but for `bind`, which has no IPv4 address of the outside,
 * `save`, and `io`, which is our own. */
static const struct {
    const char *name, *value;
} defaults[] = {
    {"appendonly", "no"},
    {"bind", "127.0.0.1 -::1"},
    {"client-output-buffer-limit",
     "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
    {"client-query-buffer-limit", "1073741824"},
    {"databases", "16"},
    {"io", "threads"},
    {"io-threads", "1"},
    {"logfile", ""},
    {"loglevel", "notice"},
    {"maxclients", "10000"},
    {"notify-keyspace-events", ""},
    {"port", "6379"},
    {"proto-max-bulk-len", "536870912"},
    {"requirepass", ""},
    {"save", ""},
    {"tcp-backlog", "511"},
    {"tcp-keepalive", "300"},
    {"timeout", "0"},
    {"tracking-table-max-keys", "1000000"},
    {"unixsocket", ""},
    {"unixsocketperm", "0"},
    {"acl-pubsub-default", "resetchannels"},
    {"acllog-max-len", "128"},
    {"enable-debug-command", "no"},
    {"latency-monitor-threshold", "0"},
    {"lfu-decay-time", "1"},
    {"lfu-log-factor", "10"},
    {"maxmemory", "0"},
    {"maxmemory-policy", "noeviction"},
    {"maxmemory-samples", "5"},
    {"protected-mode", "yes"},
    {"slowlog-log-slower-than", "10000"},
    {"slowlog-max-len", "128"},
    {"hash-max-listpack-entries", "512"},
    {"hash-max-listpack-value", "64"},
    {"hash-max-ziplist-entries", "512"},
    {"hash-max-ziplist-value", "64"},
    {"list-max-listpack-size", "-2"},
    {"list-max-ziplist-size", "-2"},
    {"set-max-intset-entries", "512"},
    {"zset-max-listpack-entries", "128"},
    {"zset-max-listpack-value", "64"},
    {"zset-max-ziplist-entries", "128"},
    {"zset-max-ziplist-value", "64"},
};

static void starts_with_the_defaults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(defaults); i++)
        assert_setting(defaults[i].name, defaults[i].value);
    assert_int_equal(COUNT(defaults), SETTINGS);
    enum setting setting;
    assert_true(config_find(SLICE("MaxClients"), &setting));
    assert_int_equal(setting, SETTING_MAXCLIENTS);
    assert_false(config_find(SLICE("maxclient"), &setting));
    assert_false(config_find(SLICE(""), &setting));
}

static const struct {
    const char *name, *value, *shown;
} good[] = {
    {"port", "0", "0"},
    {"PORT", "65535", "65535"},
    {"databases", "4096", "4096"},
    {"maxclients", "4294967295", "4294967295"},
    {"client-query-buffer-limit", "1048576", "1048576"},
    {"client-query-buffer-limit", "1048576b", "1048576"},
    {"client-query-buffer-limit", "2000k", "2000000"},
    {"client-query-buffer-limit", "2000KB", "2048000"},
    {"client-query-buffer-limit", "2m", "2000000"},
    {"client-query-buffer-limit", "2Mb", "2097152"},
    {"client-query-buffer-limit", "1g", "1000000000"},
    {"client-query-buffer-limit", "1gb", "1073741824"},
    {"client-query-buffer-limit", "9223372036854775807",
     "9223372036854775807"},
    {"unixsocketperm", "700", "700"},
    {"unixsocketperm", "0777", "777"},
    {"loglevel", "VERBOSE", "verbose"},
    {"io", "EPOLL", "epoll"},
    {"io-threads", "4", "4"},
    {"logfile", "/var/log/a b", "/var/log/a b"},
    {"requirepass", "p\"w", "p\"w"},
    {"requirepass", "", ""},
    {"save", "", ""},
    {"maxmemory", "100mb", "104857600"},
    {"maxmemory-policy", "ALLKEYS-LFU", "allkeys-lfu"},
    {"protected-mode", "NO", "no"},
    {"slowlog-log-slower-than", "-1", "-1"},
};

static void takes_good_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        if (!set(good[i].name, good[i].value))
            fail_msg("%s %s: %s", good[i].name, good[i].value, error.text);
        char name[40];
        snprintf(name, sizeof name, "%s",
                 strcmp(good[i].name, "PORT") ? good[i].name : "port");
        assert_setting(name, good[i].shown);
    }
}

static const struct {
    const char *name, *value, *why;
} bad[] = {
    {"no-such", "1", "no such setting"},
    {"port", "65536", "argument must be between 0 and 65535 inclusive"},
    {"port", "-1", "argument must be between 0 and 65535 inclusive"},
    {"port", "", "argument couldn't be parsed into an integer"},
    {"port", "80x", "argument couldn't be parsed into an integer"},
    {"port", "9223372036854775808",
     "argument couldn't be parsed into an integer"},
    {"databases", "0", "argument must be between 1 and 4096 inclusive"},
    {"client-query-buffer-limit", "1mbs", "argument must be a memory value"},
    {"client-query-buffer-limit", "-1", "argument must be a memory value"},
    {"client-query-buffer-limit", "mb", "argument must be a memory value"},
    {"client-query-buffer-limit", "9223372036854775807k",
     "argument must be a memory value"},
    {"client-query-buffer-limit", "1k",
     "argument must be between 1048576 and 9223372036854775807 inclusive"},
    {"unixsocketperm", "8", "argument couldn't be parsed as an octal number"},
    {"unixsocketperm", "", "argument couldn't be parsed as an octal number"},
    {"unixsocketperm", "00777",
     "argument couldn't be parsed as an octal number"},
    {"unixsocketperm", "1777", "argument must be between 0 and 511 inclusive"},
    {"loglevel", "loud",
     "argument(s) must be one of the following: "
     "debug, verbose, notice, warning, nothing"},
    {"save", "60 1", "there are no snapshots: only \"\" is possible"},
    {"protected-mode", "1", "argument must be 'yes' or 'no'"},
    {"maxmemory", "1%", "argument must be a memory value"},
    {"maxmemory-policy", "lru",
     "argument(s) must be one of the following: volatile-lru, volatile-lfu, "
     "volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, "
     "allkeys-random, noeviction"},
    {"slowlog-log-slower-than", "-2",
     "argument must be between -1 and 9223372036854775807 inclusive"},
};

static void refuses_bad_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(set(bad[i].name, bad[i].value));
        assert_string_equal(error.text, bad[i].why);
    }
    for (size_t i = 0; i < COUNT(defaults); i++) /* nothing has changed */
        assert_setting(defaults[i].name, defaults[i].value);
}

static void counts_the_words(void **state)
{
    (void)state;
    static const struct slice words[] = {BYTES("127.0.0.1"), BYTES("::1"),
                                         BYTES("")};
    assert_true(set_words(CONFIG_START, "bind", words, 2));
    assert_setting("bind", "127.0.0.1 ::1");
    assert_false(set_words(CONFIG_START, "bind", words, 0));
    assert_string_equal(error.text, "wrong number of arguments");
    assert_false(set_words(CONFIG_START, "port", words, 0));
    assert_string_equal(error.text, "wrong number of arguments");
    assert_false(set_words(CONFIG_START, "requirepass", words, 2));
    assert_string_equal(error.text, "wrong number of arguments");
    assert_setting("bind", "127.0.0.1 ::1");
}

static void some_settings_are_fixed_at_the_start(void **state)
{
    (void)state;
    struct slice one = SLICE("1"), level = SLICE("debug");
    assert_false(set_words(CONFIG_RUNNING, "port", &one, 1));
    assert_string_equal(error.text, "can't set immutable config");
    assert_true(set_words(CONFIG_RUNNING, "loglevel", &level, 1));
    assert_setting("loglevel", "debug");
    assert_setting("port", "6379");
}

static void checking_sets_nothing(void **state)
{
    (void)state;
    struct slice one = SLICE("1"), bad_one = SLICE("x");
    assert_true(
        config_check(CONFIG_RUNNING, SLICE("timeout"), &one, 1, &error));
    assert_setting("timeout", "0");
    assert_false(
        config_check(CONFIG_RUNNING, SLICE("timeout"), &bad_one, 1, &error));
    assert_true(
        config_check(CONFIG_RUNNING, SLICE("requirepass"), &one, 1, &error));
    assert_setting("requirepass", "");
}

/* --- files --- */

/* Reads a file of these bytes; the error speaks of it as "FILE". */
static bool read_file(struct slice content)
{
    char path[] = "/tmp/rung-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.data, content.len), content.len);
    close(fd);
    strcpy(error.text, "");
    bool good_file = config_read_file(&config, path, &error);
    unlink(path);
    char *named = strstr(error.text, path);
    if (named != NULL) {
        memmove(named + 4, named + strlen(path),
                strlen(named + strlen(path)) + 1);
        memcpy(named, "FILE", 4);
    }
    return good_file;
}

static void files_are_read_as_redis_reads_them(void **state)
{
    (void)state;
    if (!read_file(SLICE("# a comment, \"quotes and all\n"
                         "   # don't stumble over this one\n"
                         "\n"
                         "port 7000\r\n"
                         "\tTimeout   30  \n"
                         "requirepass \"a b\\x41\\n\"\n"
                         "bind 10.0.0.1 '-::1' # no comment here\n"
                         "save \"\"\n"
                         "maxclients 5\n"
                         "maxclients 6")))
        fail_msg("%s", error.text);
    assert_setting("port", "7000");
    assert_setting("timeout", "30");
    assert_setting("requirepass", "a bA\n");
    assert_setting("bind", "10.0.0.1 -::1 # no comment here");
    assert_setting("maxclients", "6");
}

static void users_are_kept(void **state)
{
    (void)state;
    assert_true(read_file(SLICE("USER joe on (+get \"~a b\"\nport 1\n"
                                "user bob")));
    char where[] = "/tmp/rung-config-XXXXXX, line 1";
    struct slice users = buf_slice(&config.users);
    static const char first[] = "*5\r\n$31\r\n";
    static const char rest[] = "\r\n$3\r\njoe\r\n$2\r\non\r\n$5\r\n(+get\r\n"
                               "$4\r\n~a b\r\n*2\r\n$31\r\n";
    assert_memory_equal(users.data, first, strlen(first));
    users.data += strlen(first) + strlen(where);
    assert_memory_equal(users.data, rest, strlen(rest));
    assert_setting("port", "1");
    assert_false(read_file(SLICE("user")));
    assert_string_equal(error.text,
                        "FILE, line 1: 'user': wrong number of arguments");
}

static void files_may_be_empty(void **state)
{
    (void)state;
    assert_true(read_file(SLICE("")));
    assert_true(read_file(SLICE("\n\n# nothing")));
}

static void mistakes_in_files_are_shown(void **state)
{
    (void)state;
    static const struct {
        struct slice content;
        const char *why;
    } cases[] = {
        {BYTES("port 1\nport x\n"),
         "FILE, line 2: 'port x': argument couldn't be parsed into an "
         "integer"},
        {BYTES("\n\nwhat ever"), "FILE, line 3: 'what ever': no such setting"},
        {BYTES("port\n"), "FILE, line 1: 'port': wrong number of arguments"},
        {BYTES("port 1 2\n"),
         "FILE, line 1: 'port 1 2': wrong number of arguments"},
        {BYTES("logfile \"a\nport 1\n"),
         "FILE, line 1: 'logfile \"a': unbalanced quotes"},
        {BYTES("*1\n"), "FILE, line 1: '*1': a setting has no * in it"},
        {BYTES("  *1\n"), "FILE, line 1: '  *1': a setting has no * in it"},
        {BYTES("\"\"\n"), "FILE, line 1: '\"\"': no such setting"},
        {BYTES("\"\" #\n"), "FILE, line 1: '\"\" #': no such setting"},
        {BYTES("a123456789b123456789c123456789d123456789e123456789"
               "f123456789g123456789\n"),
         "FILE, line 1: 'a123456789b123456789c123456789d123456789"
         "e123456789f123456789': no such setting"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(read_file(cases[i].content));
        assert_string_equal(error.text, cases[i].why);
    }
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    assert_false(config_read_file(&config, "/no/such/file", &error));
    assert_string_equal(error.text, "cannot open /no/such/file: No such file "
                                    "or directory");
    assert_false(config_read_file(&config, "/tmp", &error));
    assert_string_equal(error.text, "cannot read /tmp: Is a directory");
    size_t large = (size_t)2 << 20;
    char *lines = malloc(large);
    assert_non_null(lines);
    memset(lines, '\n', large);
    assert_false(read_file((struct slice){lines, large}));
    assert_string_equal(error.text, "cannot read FILE: File too large");
    free(lines);
}

/* --- the command line --- */

static bool read_arguments(const char *line)
{
    char copy[1000];
    char *arguments[100];
    int count = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        arguments[count++] = strcmp(word, "''") == 0 ? word + 2 : word;
    strcpy(error.text, "");
    return config_read_arguments(&config, count, arguments, &error);
}

static void arguments_are_settings(void **state)
{
    (void)state;
    assert_true(read_arguments(""));
    assert_true(read_arguments("--port 7000 --bind 127.0.0.1 -::1 "
                               "--LogLevel debug --requirepass - --save ''"));
    assert_setting("port", "7000");
    assert_setting("bind", "127.0.0.1 -::1");
    assert_setting("loglevel", "debug");
    assert_setting("requirepass", "-");
    assert_true(read_arguments("--port 1 --port 2"));
    assert_setting("port", "2");
}

static void mistakes_in_arguments_are_shown(void **state)
{
    (void)state;
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"7000", "7000: a setting starts with --"},
        {"-p 7000", "-p: a setting starts with --"},
        {"--port", "--port: wrong number of arguments"},
        {"--port --bind", "--port: wrong number of arguments"},
        {"--port 1 2", "--port: wrong number of arguments"},
        {"--prot 1", "--prot: no such setting"},
        {"--", "--: no such setting"},
        {"--port ''", "--port: argument couldn't be parsed into an integer"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(read_arguments(cases[i].line));
        assert_string_equal(error.text, cases[i].why);
    }
}

#define CONFIGURED(test)                                                       \
    cmocka_unit_test_setup_teardown(test, open_config, close_config)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONFIGURED(starts_with_the_defaults),
        CONFIGURED(takes_good_values),
        CONFIGURED(refuses_bad_values),
        CONFIGURED(counts_the_words),
        CONFIGURED(some_settings_are_fixed_at_the_start),
        CONFIGURED(checking_sets_nothing),
        CONFIGURED(files_are_read_as_redis_reads_them),
        CONFIGURED(users_are_kept),
        CONFIGURED(files_may_be_empty),
        CONFIGURED(mistakes_in_files_are_shown),
        CONFIGURED(files_that_cannot_be_read),
        CONFIGURED(arguments_are_settings),
        CONFIGURED(mistakes_in_arguments_are_shown),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
