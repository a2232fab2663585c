/* What a request means. A command sees a call: the words of the request, the
 * database that the client selected, the place for its answer. It sees no
 * socket and locks nothing: call_run holds the lock that its line asks for. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "reply.h"
#include "store.h"

#include <stdatomic.h>

struct server {
    struct store store;
    atomic_llong clients, last_id; /* how many there are; ever were */
};

/* A client, and the request that it makes now. */
struct call {
    struct server *server;
    struct database *db; /* SELECT chose it */
    struct reply out;
    struct buf name; /* CLIENT SETNAME gave it */
    long long id;
    bool quit; /* close the connection when `out` is sent */
    size_t argc;
    const struct slice *argv;
    const struct command *command;
    int64_t now;  /* on the monotonic clock, read under the lock */
    size_t start; /* of the answer in `out` */
};

typedef void command_function(struct call *call);

enum command_flag {
    CMD_READ = 1,   /* looks at the store: shared lock */
    CMD_WRITE = 2,  /* changes it: exclusive lock */
    CMD_PARENT = 4, /* its second word may name a command "parent|child" */
};

struct command {
    const char *name;
    int arity; /* words, the name included; -n: at least n */
    int flags;
    int first, last, step; /* which words are keys; last -1: to the end */
    command_function *run;
};

extern const struct command command_table[]; /* sorted by name */
extern const size_t command_count;
const struct command *command_find(struct slice name); /* or NULL */

/* Runs a request, and sees to it that it has one answer (none, if no words). */
void call_run(struct call *call, size_t argc, const struct slice *argv);

/* Makes this error the answer, whatever it was so far. Returns false. */
__attribute__((format(printf, 2, 3)))
bool call_error(struct call *call, const char *format, ...);
bool call_arity_error(struct call *call);
#define NO_MEMORY "ERR out of memory"

/* What words mean; on false an error is the answer. First, argv[i] as a key. */
struct entry *call_find(const struct call *call, size_t i);
bool call_number(struct call *call, struct slice word, long long *number);
enum ttl_form { TTL_MS = 1, TTL_FROM_1970 = 2, TTL_NEGATIVE = 4 /* may be */ };
bool call_ttl(struct call *call, struct slice amount, int form, int64_t *end);

/* Names are in lower case, words in any. An option is 1 << i when the word is
 * names[i], and 0 when it is none of them; NULL ends them. */
bool word_is(struct slice word, const char *name);
int word_option(struct slice word, const char *const names[]);

/* strings.c */
command_function cmd_append, cmd_get, cmd_incr, cmd_mget, cmd_mset, cmd_set,
    cmd_strlen;
/* keys.c */
command_function cmd_dbsize, cmd_del, cmd_exists, cmd_expire, cmd_flush,
    cmd_keys, cmd_persist, cmd_ttl, cmd_type;
/* connection.c */
command_function cmd_client_getname, cmd_client_id, cmd_client_setinfo,
    cmd_client_setname, cmd_command, cmd_command_count, cmd_command_docs,
    cmd_config_get, cmd_hello, cmd_info, cmd_ping, cmd_quit, cmd_select;

#endif
