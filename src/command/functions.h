/* What the lines of the table run; one group for each file. */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include "command/command.h"

/* string.c */
void cmd_append(struct call *call);
void cmd_decr(struct call *call);
void cmd_decrby(struct call *call);
void cmd_get(struct call *call);
void cmd_getrange(struct call *call);
void cmd_incr(struct call *call);
void cmd_incrby(struct call *call);
void cmd_mget(struct call *call);
void cmd_mset(struct call *call);
void cmd_msetnx(struct call *call);
void cmd_setrange(struct call *call);
void cmd_strlen(struct call *call);

/* set.c */
void cmd_getdel(struct call *call);
void cmd_getex(struct call *call);
void cmd_getset(struct call *call);
void cmd_psetex(struct call *call);
void cmd_set(struct call *call);
void cmd_setex(struct call *call);
void cmd_setnx(struct call *call);

/* keys.c */
void cmd_copy(struct call *call);
void cmd_del(struct call *call);
void cmd_exists(struct call *call);
void cmd_move(struct call *call);
void cmd_rename(struct call *call);
void cmd_renamenx(struct call *call);
void cmd_touch(struct call *call);
void cmd_type(struct call *call);

/* database.c */
void cmd_dbsize(struct call *call);
void cmd_flush(struct call *call);
void cmd_flushall(struct call *call);
void cmd_keys(struct call *call);
void cmd_randomkey(struct call *call);
void cmd_scan(struct call *call);
void cmd_swapdb(struct call *call);

/* expire.c */
void cmd_expire(struct call *call);
void cmd_expireat(struct call *call);
void cmd_persist(struct call *call);
void cmd_pexpire(struct call *call);
void cmd_pexpireat(struct call *call);
void cmd_pttl(struct call *call);
void cmd_ttl(struct call *call);

/* connection.c */
void cmd_auth(struct call *call);
void cmd_client_getname(struct call *call);
void cmd_client_id(struct call *call);
void cmd_client_setinfo(struct call *call);
void cmd_client_setname(struct call *call);
void cmd_echo(struct call *call);
void cmd_hello(struct call *call);
void cmd_ping(struct call *call);
void cmd_quit(struct call *call);
void cmd_reset(struct call *call);
void cmd_select(struct call *call);

/* transaction.c */
void cmd_discard(struct call *call);
void cmd_exec(struct call *call);
void cmd_multi(struct call *call);
void cmd_unwatch(struct call *call);
void cmd_watch(struct call *call);

/* config.c */
void cmd_config_get(struct call *call);
void cmd_config_set(struct call *call);

/* info.c */
void cmd_info(struct call *call);

/* introspect.c */
void cmd_command(struct call *call);
void cmd_command_count(struct call *call);
void cmd_command_docs(struct call *call);
void cmd_command_info(struct call *call);
void cmd_command_list(struct call *call);

#endif
