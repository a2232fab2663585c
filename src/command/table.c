/* One line declares a command. The table is constant, so it needs no start-up
 * code and no lock; it is sorted by name, so bsearch finds a command in seven
 * or eight comparisons. A test holds it to its order. */
#include "command/table.h"
#include "command/functions.h"

#include <stdlib.h>
#include <strings.h>

enum {
    R = CMD_READ,
    RF = CMD_READ | CMD_FAST,
    W = CMD_WRITE,
    WF = CMD_WRITE | CMD_FAST,
    WG = CMD_WRITE | CMD_GROWS,
    WGF = CMD_WRITE | CMD_GROWS | CMD_FAST,
    ANY = CMD_FAST | CMD_ANYBODY,
};

#define KEY {1, 1, 1, 0}
#define KEYS {1, -1, 1, 0}
#define NONE {0, 0, 0, 0}

/* clang-format off */
const struct command command_table[] = {
    {"append", 3, WGF, KEY, cmd_append, GROUP_STRING,
     "Append a value to a key"},
    {"auth", -2, ANY, NONE, cmd_auth, GROUP_CONNECTION,
     "Authenticate to the server"},
    {"client", -2, CMD_FAMILY, NONE, NULL, GROUP_CONNECTION,
     "A container for client connection commands"},
    {"client|getname", 2, 0, NONE, cmd_client_getname, GROUP_CONNECTION,
     "Get the current connection name"},
    {"client|id", 2, 0, NONE, cmd_client_id, GROUP_CONNECTION,
     "Returns the client ID for the current connection"},
    {"client|setinfo", 4, 0, NONE, cmd_client_setinfo, GROUP_CONNECTION,
     "Set client or connection specific info"},
    {"client|setname", 3, 0, NONE, cmd_client_setname, GROUP_CONNECTION,
     "Set the current connection name"},
    {"command", -1, CMD_FAMILY, NONE, cmd_command, GROUP_SERVER,
     "Get array of Redis command details"},
    {"command|count", 2, 0, NONE, cmd_command_count, GROUP_SERVER,
     "Get total number of Redis commands"},
    {"command|docs", -2, 0, NONE, cmd_command_docs, GROUP_SERVER,
     "Get array of specific Redis command documentation"},
    {"command|info", -2, 0, NONE, cmd_command_info, GROUP_SERVER,
     "Get array of specific Redis command details"},
    {"command|list", -2, 0, NONE, cmd_command_list, GROUP_SERVER,
     "Get an array of Redis command names"},
    {"config", -2, CMD_FAMILY, NONE, NULL, GROUP_SERVER,
     "A container for server configuration commands"},
    {"config|get", -3, CMD_ADMIN, NONE, cmd_config_get, GROUP_SERVER,
     "Get the values of configuration parameters"},
    {"config|set", -4, CMD_ADMIN, NONE, cmd_config_set, GROUP_SERVER,
     "Set configuration parameters to the given values"},
    {"copy", -3, WG | CMD_WHOLE, {1, 2, 1, 0}, cmd_copy, GROUP_GENERIC,
     "Copy a key"},
    {"dbsize", 1, RF | CMD_WHOLE, NONE, cmd_dbsize, GROUP_SERVER,
     "Return the number of keys in the selected database"},
    {"decr", 2, WGF, KEY, cmd_decr, GROUP_STRING,
     "Decrement the integer value of a key by one"},
    {"decrby", 3, WGF, KEY, cmd_decrby, GROUP_STRING,
     "Decrement the integer value of a key by the given number"},
    {"del", -2, W, KEYS, cmd_del, GROUP_GENERIC,
     "Delete a key"},
    {"discard", 1, CMD_FAST | CMD_IMMEDIATE, NONE, cmd_discard,
     GROUP_TRANSACTIONS, "Discard all commands issued after MULTI"},
    {"echo", 2, CMD_FAST, NONE, cmd_echo, GROUP_CONNECTION,
     "Echo the given string"},
    {"exec", 1, CMD_IMMEDIATE, NONE, cmd_exec, GROUP_TRANSACTIONS,
     "Execute all commands issued after MULTI"},
    {"exists", -2, RF, KEYS, cmd_exists, GROUP_GENERIC,
     "Determine if a key exists"},
    {"expire", -3, WF, KEY, cmd_expire, GROUP_GENERIC,
     "Set a key's time to live in seconds"},
    {"expireat", -3, WF, KEY, cmd_expireat, GROUP_GENERIC,
     "Set the expiration for a key as a UNIX timestamp"},
    {"flushall", -1, W | CMD_WHOLE, NONE, cmd_flushall, GROUP_SERVER,
     "Remove all keys from all databases"},
    {"flushdb", -1, W | CMD_WHOLE, NONE, cmd_flush, GROUP_SERVER,
     "Remove all keys from the current database"},
    {"get", 2, RF, KEY, cmd_get, GROUP_STRING,
     "Get the value of a key"},
    {"getdel", 2, WF, KEY, cmd_getdel, GROUP_STRING,
     "Get the value of a key and delete the key"},
    {"getex", -2, WF, KEY, cmd_getex, GROUP_STRING,
     "Get the value of a key and optionally set its expiration"},
    {"getrange", 4, R, KEY, cmd_getrange, GROUP_STRING,
     "Get a substring of the string stored at a key"},
    {"getset", 3, WGF, KEY, cmd_getset, GROUP_STRING,
     "Set the string value of a key and return its old value"},
    {"hello", -1, ANY, NONE, cmd_hello, GROUP_CONNECTION,
     "Handshake with Redis"},
    {"incr", 2, WGF, KEY, cmd_incr, GROUP_STRING,
     "Increment the integer value of a key by one"},
    {"incrby", 3, WGF, KEY, cmd_incrby, GROUP_STRING,
     "Increment the integer value of a key by the given amount"},
    {"info", -1, R | CMD_WHOLE, NONE, cmd_info, GROUP_SERVER,
     "Get information and statistics about the server"},
    {"keys", 2, R | CMD_WHOLE, NONE, cmd_keys, GROUP_GENERIC,
     "Find all keys matching the given pattern"},
    {"mget", -2, RF, KEYS, cmd_mget, GROUP_STRING,
     "Get the values of all the given keys"},
    {"move", 3, WF | CMD_WHOLE, KEY, cmd_move, GROUP_GENERIC,
     "Move a key to another database"},
    {"mset", -3, WG, {1, -1, 2, 0}, cmd_mset, GROUP_STRING,
     "Set multiple keys to multiple values"},
    {"msetnx", -3, WG, {1, -1, 2, 0}, cmd_msetnx, GROUP_STRING,
     "Set multiple keys to multiple values, only if none of the keys exist"},
    {"multi", 1, CMD_FAST | CMD_IMMEDIATE, NONE, cmd_multi, GROUP_TRANSACTIONS,
     "Mark the start of a transaction block"},
    {"persist", 2, WF, KEY, cmd_persist, GROUP_GENERIC,
     "Remove the expiration from a key"},
    {"pexpire", -3, WF, KEY, cmd_pexpire, GROUP_GENERIC,
     "Set a key's time to live in milliseconds"},
    {"pexpireat", -3, WF, KEY, cmd_pexpireat, GROUP_GENERIC,
     "Set the expiration for a key as a UNIX timestamp in milliseconds"},
    {"ping", -1, CMD_FAST, NONE, cmd_ping, GROUP_CONNECTION,
     "Ping the server"},
    {"psetex", 4, WG, KEY, cmd_psetex, GROUP_STRING,
     "Set the value and expiration in milliseconds of a key"},
    {"pttl", 2, RF, KEY, cmd_pttl, GROUP_GENERIC,
     "Get the time to live for a key in milliseconds"},
    {"quit", -1, ANY | CMD_IMMEDIATE, NONE, cmd_quit, GROUP_CONNECTION,
     "Close the connection"},
    {"randomkey", 1, R | CMD_WHOLE, NONE, cmd_randomkey, GROUP_GENERIC,
     "Return a random key from the keyspace"},
    {"rename", 3, W, {1, 2, 1, 0}, cmd_rename, GROUP_GENERIC,
     "Rename a key"},
    {"renamenx", 3, WF, {1, 2, 1, 0}, cmd_renamenx, GROUP_GENERIC,
     "Rename a key, only if the new key does not exist"},
    {"reset", 1, ANY | CMD_IMMEDIATE, NONE, cmd_reset, GROUP_CONNECTION,
     "Reset the connection"},
    {"scan", -2, R | CMD_WALKS, NONE, cmd_scan, GROUP_GENERIC,
     "Incrementally iterate the keys space"},
    {"select", 2, CMD_FAST, NONE, cmd_select, GROUP_CONNECTION,
     "Change the selected database for the current connection"},
    {"set", -3, WG, KEY, cmd_set, GROUP_STRING,
     "Set the string value of a key"},
    {"setex", 4, WG, KEY, cmd_setex, GROUP_STRING,
     "Set the value and expiration of a key"},
    {"setnx", 3, WGF, KEY, cmd_setnx, GROUP_STRING,
     "Set the value of a key, only if the key does not exist"},
    {"setrange", 4, WG, KEY, cmd_setrange, GROUP_STRING,
     "Overwrite part of a string at key starting at the specified offset"},
    {"strlen", 2, RF, KEY, cmd_strlen, GROUP_STRING,
     "Get the length of the value stored in a key"},
    {"substr", 4, R, KEY, cmd_getrange, GROUP_STRING,
     "Get a substring of the string stored at a key"},
    {"swapdb", 3, WF | CMD_WHOLE, NONE, cmd_swapdb, GROUP_SERVER,
     "Swaps two Redis databases"},
    {"touch", -2, RF, KEYS, cmd_touch, GROUP_GENERIC,
     "Alters the last access time of keys, and tells how many there are"},
    {"ttl", 2, RF, KEY, cmd_ttl, GROUP_GENERIC,
     "Get the time to live for a key in seconds"},
    {"type", 2, RF, KEY, cmd_type, GROUP_GENERIC,
     "Determine the type stored at key"},
    {"unlink", -2, WF, KEYS, cmd_del, GROUP_GENERIC,
     "Delete a key, and free its memory while others go on"},
    {"unwatch", 1, CMD_FAST, NONE, cmd_unwatch, GROUP_TRANSACTIONS,
     "Forget about all watched keys"},
    {"watch", -2, CMD_FAST | CMD_EXCLUSIVE | CMD_IMMEDIATE, KEYS, cmd_watch,
     GROUP_TRANSACTIONS,
     "Watch the given keys to determine execution of the MULTI/EXEC block"},
};
/* clang-format on */

const size_t command_count = sizeof command_table / sizeof *command_table;

static int compare(const void *name, const void *command)
{
    const struct slice *word = name;
    const char *listed = ((const struct command *)command)->name;
    size_t len = strlen(listed);
    int c = strncasecmp(word->data, listed, len < word->len ? len : word->len);
    return c != 0 ? c : (word->len > len) - (word->len < len);
}

const struct command *command_find(struct slice name)
{
    return bsearch(&name, command_table, command_count, sizeof *command_table,
                   compare);
}

const struct command *command_find_member(const struct command *family,
                                          struct slice word)
{
    char name[64];
    size_t len = strlen(family->name);
    if (len + 1 + word.len > sizeof name)
        return NULL;
    memcpy(name, family->name, len);
    name[len] = '|';
    memcpy(name + len + 1, word.data, word.len);
    return command_find((struct slice){name, len + 1 + word.len});
}
