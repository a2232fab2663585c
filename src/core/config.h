/* Every setting of the server, in one table: the command line, a configuration
 * file in redis.conf's syntax, CONFIG GET and CONFIG SET all go through it.
 * Names, defaults and limits are Redis' (https://redis.io/docs/latest/operate/
 * oss_and_stack/management/config/). Any thread may read and set. */
#ifndef CONFIG_H
#define CONFIG_H

#include "base/buf.h"

#include <pthread.h>
#include <stdatomic.h>

enum setting {
    SETTING_APPENDONLY,
    SETTING_BIND,
    SETTING_QUERY_LIMIT,
    SETTING_DATABASES,
    SETTING_IO,
    SETTING_LOGFILE,
    SETTING_LOGLEVEL,
    SETTING_MAXCLIENTS,
    SETTING_NOTIFY,
    SETTING_PORT,
    SETTING_BULK_LIMIT,
    SETTING_REQUIREPASS,
    SETTING_SAVE,
    SETTING_TCP_BACKLOG,
    SETTING_TCP_KEEPALIVE,
    SETTING_TIMEOUT,
    SETTING_UNIXSOCKET,
    SETTING_UNIXSOCKETPERM,
    SETTING_ZSET_ENTRIES,
    SETTING_ZSET_VALUE,
    SETTING_ZSET_ENTRIES_ALIAS,
    SETTING_ZSET_VALUE_ALIAS,
    SETTINGS
};

struct config {
    atomic_llong number[SETTINGS]; /* of the settings that are numbers */
    pthread_mutex_t lock;
    char *text[SETTINGS]; /* of the others; lock must be held */
};

/* What went wrong, in a sentence without a full stop. */
struct config_error {
    char text[256];
};

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

/* One "name value ..." line a setting; # starts a comment. The error names
 * `path` and the line. A path of "-" is standard input. */
bool config_read_file(struct config *config, const char *path,
                      struct config_error *error);

/* --name value ... --name value ..., without the program's name. */
bool config_read_arguments(struct config *config, int count, char **arguments,
                           struct config_error *error);

long long config_number(const struct config *config, enum setting setting);

/* The value as CONFIG GET shows it; the caller frees it. */
struct buf config_text(struct config *config, enum setting setting);

const char *config_name(enum setting setting);
bool config_known(struct slice name);

#endif
