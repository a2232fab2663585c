/* Every setting of the server, in one table: the command line, a configuration
 * file in redis.conf's syntax, CONFIG GET and CONFIG SET all go through it.
 * Names, defaults and limits are Redis' (https://redis.io/docs/latest/operate/
 * oss_and_stack/management/config/). Any thread may read and set. */
#ifndef CONFIG_H
#define CONFIG_H

#include "base/buf.h"
#include "core/output_limit.h"

#include <pthread.h>
#include <stdatomic.h>

enum setting {
    SETTING_APPENDONLY,
    SETTING_BIND,
    SETTING_OUTPUT_LIMIT,
    SETTING_QUERY_LIMIT,
    SETTING_DATABASES,
    SETTING_HASH_ENTRIES,
    SETTING_HASH_VALUE,
    SETTING_HASH_ENTRIES_ALIAS,
    SETTING_HASH_VALUE_ALIAS,
    SETTING_IO,
    SETTING_IO_THREADS,
    SETTING_LIST_SIZE,
    SETTING_LIST_SIZE_ALIAS,
    SETTING_LOGFILE,
    SETTING_LOGLEVEL,
    SETTING_MAXCLIENTS,
    SETTING_NOTIFY,
    SETTING_PORT,
    SETTING_BULK_LIMIT,
    SETTING_REQUIREPASS,
    SETTING_SAVE,
    SETTING_INTSET_ENTRIES,
    SETTING_TCP_BACKLOG,
    SETTING_TCP_KEEPALIVE,
    SETTING_TIMEOUT,
    SETTING_TRACKED_KEYS,
    SETTING_UNIXSOCKET,
    SETTING_UNIXSOCKETPERM,
    SETTING_ACL_PUBSUB,
    SETTING_ACLLOG_MOST,
    SETTING_DEBUG,
    SETTING_LATENCY_THRESHOLD,
    SETTING_LFU_DECAY,
    SETTING_LFU_FACTOR,
    SETTING_MAXMEMORY,
    SETTING_POLICY,
    SETTING_SAMPLES,
    SETTING_PROTECTED,
    SETTING_SLOWER,
    SETTING_SLOWLOG_MOST,
    SETTING_ZSET_ENTRIES,
    SETTING_ZSET_VALUE,
    SETTING_ZSET_ENTRIES_ALIAS,
    SETTING_ZSET_VALUE_ALIAS,
    SETTINGS
};

/* maxmemory-policy, in the order of its words. */
enum policy {
    VOLATILE_LRU,
    VOLATILE_LFU,
    VOLATILE_RANDOM,
    VOLATILE_TTL,
    ALLKEYS_LRU,
    ALLKEYS_LFU,
    ALLKEYS_RANDOM,
    NO_EVICTION
};

/* enable-debug-command, likewise. */
enum debug { DEBUG_NO, DEBUG_YES, DEBUG_LOCAL };

struct config {
    atomic_llong number[SETTINGS]; /* of the settings that are numbers */
    struct mail_limit output_limits[CLASSES]; /* SETTING_OUTPUT_LIMIT */
    pthread_mutex_t lock;
    char *text[SETTINGS]; /* of the others; lock must be held */
    char path[4096];      /* of the file that was read, absolute; or empty */
    struct buf users;     /* of the lines that are not a setting but a user: a
                           * request each: where it stands, name, rules ... */
};

/* What went wrong, in a sentence without a full stop. */
struct config_error {
    char text[256];
};

/* Makes it say that. Returns false. */
__attribute__((format(printf, 2, 3)))
bool config_fail(struct config_error *error, const char *format, ...);

/* The defaults. False: no memory. */
bool config_open(struct config *config);
void config_close(struct config *config);

/* Settings that only count when the server starts cannot be changed later. */
enum config_moment { CONFIG_START, CONFIG_RUNNING };

/* Does `name` exist, and may it be set to `words` now? On false nothing has
 * changed and the error tells why. */
bool config_set(struct config *config, enum config_moment moment,
                struct slice name, const struct slice *words, size_t count,
                struct config_error *error);

/* Likewise, but sets nothing. */
bool config_check(enum config_moment moment, struct slice name,
                  const struct slice *words, size_t count,
                  struct config_error *error);

/* One "name value ..." line a setting; # starts a comment, and "user" is kept
 * for those who know what rules mean. The error names `path` and the line. A
 * path of "-" is standard input. */
bool config_read_file(struct config *config, const char *path,
                      struct config_error *error);

/* --name value ... --name value ..., without the program's name. */
bool config_read_arguments(struct config *config, int count, char **arguments,
                           struct config_error *error);

long long config_number(const struct config *config, enum setting setting);

/* The value as CONFIG GET shows it; the caller frees it. */
struct buf config_text(struct config *config, enum setting setting);

/* bytes = digits [ "k" / "kb" / "m" / "mb" / "g" / "gb" / "b" ], where k is
 * 1000 and kb is 1024 */
bool config_bytes(struct slice word, long long *bytes);

const char *config_name(enum setting setting);

/* Does it only count when the server starts? The error is CONFIG_FIXED. */
#define CONFIG_FIXED "can't set immutable config"
bool config_is_fixed(enum setting setting);

/* The setting of that name or alias, in any case. False: there is none. */
bool config_find(struct slice name, enum setting *setting);

/* Does it take several words? */
bool config_has_words(enum setting setting);

/* An alias is too: the setting that it means may not be. */
bool config_is_default(struct config *config, enum setting setting);

/* Writes the values of now to the file that was read, and the users, whose
 * lines these are. False, with errno. */
bool config_rewrite(struct config *config, struct slice users);

#endif
