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
void cmd_incrbyfloat(struct call *call);
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

/* list.c */
void cmd_lindex(struct call *call);
void cmd_llen(struct call *call);
void cmd_lpop(struct call *call);
void cmd_lpush(struct call *call);
void cmd_lpushx(struct call *call);
void cmd_lrange(struct call *call);
void cmd_lset(struct call *call);
void cmd_ltrim(struct call *call);
void cmd_rpop(struct call *call);
void cmd_rpush(struct call *call);
void cmd_rpushx(struct call *call);

/* list_search.c */
void cmd_linsert(struct call *call);
void cmd_lpos(struct call *call);
void cmd_lrem(struct call *call);

/* list_move.c */
void cmd_blmove(struct call *call);
void cmd_blmpop(struct call *call);
void cmd_blpop(struct call *call);
void cmd_brpop(struct call *call);
void cmd_brpoplpush(struct call *call);
void cmd_lmove(struct call *call);
void cmd_lmpop(struct call *call);
void cmd_rpoplpush(struct call *call);

/* lcs.c */
void cmd_lcs(struct call *call);

/* bits.c */
void cmd_bitcount(struct call *call);
void cmd_bitpos(struct call *call);
void cmd_getbit(struct call *call);
void cmd_setbit(struct call *call);

/* bitop.c */
void cmd_bitop(struct call *call);

/* bitfield.c */
void cmd_bitfield(struct call *call);
void cmd_bitfield_ro(struct call *call);

/* keys.c */
void cmd_copy(struct call *call);
void cmd_del(struct call *call);
void cmd_exists(struct call *call);
void cmd_move(struct call *call);
void cmd_rename(struct call *call);
void cmd_renamenx(struct call *call);
void cmd_touch(struct call *call);
void cmd_type(struct call *call);

/* sort.c */
void cmd_sort(struct call *call);
void cmd_sort_ro(struct call *call);

/* object.c */
void cmd_object_encoding(struct call *call);
void cmd_object_freq(struct call *call);
void cmd_object_help(struct call *call);
void cmd_object_idletime(struct call *call);
void cmd_object_refcount(struct call *call);

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
void cmd_expiretime(struct call *call);
void cmd_persist(struct call *call);
void cmd_pexpire(struct call *call);
void cmd_pexpireat(struct call *call);
void cmd_pexpiretime(struct call *call);
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
void cmd_config_help(struct call *call);
void cmd_config_resetstat(struct call *call);
void cmd_config_rewrite(struct call *call);
void cmd_config_set(struct call *call);

/* info.c */
void cmd_info(struct call *call);

/* introspect.c */
void cmd_command(struct call *call);
void cmd_command_count(struct call *call);
void cmd_command_docs(struct call *call);
void cmd_command_getkeys(struct call *call);
void cmd_command_getkeysandflags(struct call *call);
void cmd_command_help(struct call *call);
void cmd_command_info(struct call *call);
void cmd_command_list(struct call *call);

/* hash.c */
void cmd_hdel(struct call *call);
void cmd_hexists(struct call *call);
void cmd_hget(struct call *call);
void cmd_hgetall(struct call *call);
void cmd_hincrby(struct call *call);
void cmd_hincrbyfloat(struct call *call);
void cmd_hkeys(struct call *call);
void cmd_hlen(struct call *call);
void cmd_hmget(struct call *call);
void cmd_hmset(struct call *call);
void cmd_hrandfield(struct call *call);
void cmd_hscan(struct call *call);
void cmd_hset(struct call *call);
void cmd_hsetnx(struct call *call);
void cmd_hstrlen(struct call *call);
void cmd_hvals(struct call *call);

/* zset.c */
void cmd_zadd(struct call *call);
void cmd_zcard(struct call *call);
void cmd_zincrby(struct call *call);
void cmd_zmscore(struct call *call);
void cmd_zrank(struct call *call);
void cmd_zrem(struct call *call);
void cmd_zrevrank(struct call *call);
void cmd_zscore(struct call *call);

/* zset_range.c */
void cmd_zcount(struct call *call);
void cmd_zlexcount(struct call *call);
void cmd_zrange(struct call *call);
void cmd_zrangebylex(struct call *call);
void cmd_zrangebyscore(struct call *call);
void cmd_zrangestore(struct call *call);
void cmd_zremrangebylex(struct call *call);
void cmd_zremrangebyrank(struct call *call);
void cmd_zremrangebyscore(struct call *call);
void cmd_zrevrange(struct call *call);
void cmd_zrevrangebylex(struct call *call);
void cmd_zrevrangebyscore(struct call *call);

/* zset_pop.c */
void cmd_bzmpop(struct call *call);
void cmd_bzpopmax(struct call *call);
void cmd_bzpopmin(struct call *call);
void cmd_zmpop(struct call *call);
void cmd_zpopmax(struct call *call);
void cmd_zpopmin(struct call *call);

/* zset_combine.c */
void cmd_zdiff(struct call *call);
void cmd_zdiffstore(struct call *call);
void cmd_zinter(struct call *call);
void cmd_zintercard(struct call *call);
void cmd_zinterstore(struct call *call);
void cmd_zunion(struct call *call);
void cmd_zunionstore(struct call *call);

/* zset_scan.c */
void cmd_zscan(struct call *call);

/* client.c */
void cmd_client_help(struct call *call);
void cmd_client_no_evict(struct call *call);
void cmd_client_no_touch(struct call *call);
void cmd_client_pause(struct call *call);
void cmd_client_reply(struct call *call);
void cmd_client_unblock(struct call *call);
void cmd_client_unpause(struct call *call);

/* client_kill.c */
void cmd_client_kill(struct call *call);

/* tracking.c */
void cmd_client_caching(struct call *call);
void cmd_client_getredir(struct call *call);
void cmd_client_tracking(struct call *call);
void cmd_client_trackinginfo(struct call *call);

/* client_list.c */
void cmd_client_info(struct call *call);
void cmd_client_list(struct call *call);

/* pubsub.c */
void cmd_monitor(struct call *call);
void cmd_psubscribe(struct call *call);
void cmd_publish(struct call *call);
void cmd_pubsub_channels(struct call *call);
void cmd_pubsub_help(struct call *call);
void cmd_pubsub_numpat(struct call *call);
void cmd_pubsub_numsub(struct call *call);
void cmd_pubsub_shardchannels(struct call *call);
void cmd_pubsub_shardnumsub(struct call *call);
void cmd_punsubscribe(struct call *call);
void cmd_spublish(struct call *call);
void cmd_ssubscribe(struct call *call);
void cmd_subscribe(struct call *call);
void cmd_sunsubscribe(struct call *call);
void cmd_unsubscribe(struct call *call);

/* sets.c */
void cmd_sadd(struct call *call);
void cmd_scard(struct call *call);
void cmd_sismember(struct call *call);
void cmd_smembers(struct call *call);
void cmd_smismember(struct call *call);
void cmd_smove(struct call *call);
void cmd_spop(struct call *call);
void cmd_srandmember(struct call *call);
void cmd_srem(struct call *call);
void cmd_sscan(struct call *call);

/* set_algebra.c */
void cmd_sdiff(struct call *call);
void cmd_sdiffstore(struct call *call);
void cmd_sinter(struct call *call);
void cmd_sintercard(struct call *call);
void cmd_sinterstore(struct call *call);
void cmd_sunion(struct call *call);
void cmd_sunionstore(struct call *call);

/* zset_random.c */
void cmd_zrandmember(struct call *call);

/* debug.c */
void cmd_debug(struct call *call);

/* latency.c */
void cmd_latency_doctor(struct call *call);
void cmd_latency_help(struct call *call);
void cmd_latency_histogram(struct call *call);
void cmd_latency_history(struct call *call);
void cmd_latency_latest(struct call *call);
void cmd_latency_reset(struct call *call);

/* memory.c */
void cmd_memory_doctor(struct call *call);
void cmd_memory_help(struct call *call);
void cmd_memory_purge(struct call *call);
void cmd_memory_stats(struct call *call);
void cmd_memory_usage(struct call *call);

/* server.c */
void cmd_lolwut(struct call *call);
void cmd_role(struct call *call);
void cmd_shutdown(struct call *call);
void cmd_time(struct call *call);

/* slowlog.c */
void cmd_slowlog_get(struct call *call);
void cmd_slowlog_help(struct call *call);
void cmd_slowlog_len(struct call *call);
void cmd_slowlog_reset(struct call *call);

/* acl.c */
void cmd_acl_deluser(struct call *call);
void cmd_acl_getuser(struct call *call);
void cmd_acl_list(struct call *call);
void cmd_acl_setuser(struct call *call);
void cmd_acl_users(struct call *call);
void cmd_acl_whoami(struct call *call);

/* acl_ask.c */
void cmd_acl_cat(struct call *call);
void cmd_acl_dryrun(struct call *call);
void cmd_acl_genpass(struct call *call);
void cmd_acl_help(struct call *call);
void cmd_acl_load(struct call *call);
void cmd_acl_log(struct call *call);
void cmd_acl_save(struct call *call);

#endif
