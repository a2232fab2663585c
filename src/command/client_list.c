/* CLIENT LIST and CLIENT INFO: one line a client, of "name=value" words. The
 * lines are made while the list of clients is locked; whatever they show of
 * another client is atomic, or under that lock (core/clients.h). */
#include "base/clock.h"
#include "base/text.h"
#include "command/client.h"
#include "command/functions.h"
#include "resp/resp.h"

enum { FLAGS = 16 /* letters, at most */ };

static bool waits(const struct client *client)
{
    return atomic_load(&client->waiting) == WAIT_ON ||
           atomic_load(&client->held_back);
}

static void flags_of(const struct client *client, char out[FLAGS])
{
    const struct {
        char letter;
        bool holds;
    } flags[] = {
        {'O', client_is_monitor(client)},
        {'P', client_is_subscribed(client)},
        {'x', atomic_load(&client->queued) >= 0},
        {'b', waits(client)},
        {'t', atomic_load(&client->tracker.mode) & TRACKING_ON},
        {'R', atomic_load(&client->tracker.mode) & TRACKING_BROKEN},
        {'B', atomic_load(&client->tracker.mode) & TRACKING_BCAST},
        {'d', atomic_load(&client->watch_broken)},
        {'U', client->mailbox.wire.peer[0] == '/'},
        {'e', atomic_load(&client->no_evict)},
        {'T', atomic_load(&client->no_touch)},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].holds)
            out[n++] = flags[i].letter;
    if (n == 0)
        out[n++] = 'N';
    out[n] = '\0';
}

static size_t subscriptions(const struct client *client, enum topic_kind kind)
{
    return atomic_load(&client->subscriber.count[kind]);
}

static void append_memory(struct buf *line, const struct client *client)
{
    const struct mailbox *box = &client->mailbox;
    size_t input = atomic_load(&client->input);
    size_t input_room = atomic_load(&client->input_room);
    size_t output_room = atomic_load(&client->output_room);
    size_t unsent = atomic_load(&box->unsent);
    size_t queue = atomic_load(&client->queue_size);
    size_t mail = atomic_load(&box->waiting);
    buf_print(line, "qbuf=%zu qbuf-free=%zu argv-mem=0 multi-mem=%zu rbs=%zu "
                    "rbp=%zu obl=%zu oll=%zu omem=%zu tot-mem=%zu events=%s ",
           input, input_room, queue, output_room, output_room, unsent,
           atomic_load(&box->letters), mail,
           sizeof *client + input + input_room + output_room + queue + mail,
           unsent > 0 ? "rw" : "r");
}

static void append_line(struct buf *line, const struct client *client,
                        int64_t now)
{
    const struct wire *wire = &client->mailbox.wire;
    const char *command = atomic_load(&client->last_command);
    struct slice name = buf_slice(&client->name);
    char flags[FLAGS];
    flags_of(client, flags);
    buf_print(line, "id=%llu addr=%s laddr=%s fd=%d name=", client->id,
           wire->peer, wire->local, wire->fd);
    buf_append(line, name.data, name.len);
    buf_print(line, " age=%lld idle=%lld flags=%s db=%u sub=%zu psub=%zu "
                    "ssub=%zu multi=%d ",
           (long long)(now - client->connected_at) / 1000,
           (now - atomic_load(&client->active_at)) / 1000, flags,
           atomic_load(&client->db), subscriptions(client, TOPIC_CHANNEL),
           subscriptions(client, TOPIC_PATTERN),
           subscriptions(client, TOPIC_SHARD), atomic_load(&client->queued));
    append_memory(line, client);
    buf_print(line, "cmd=%s user=", command ? command : "NULL");
    buf_append(line, client->user->name.data, client->user->name.len);
    buf_print(line, " redir=%lld resp=%d", client_redirect(client),
           atomic_load(&client->subscriber.version));
}

/* Which clients are listed, and their lines. */
struct list {
    const struct client *only;  /* CLIENT INFO; or NULL */
    const struct slice *ids;    /* numbers; or NULL: all */
    size_t id_count;
    bool by_class, no_class;    /* no_class: one that nobody is in here */
    enum client_class class;
    int64_t now;
    struct buf lines;
};

static bool is_listed(const struct list *list, const struct client *client)
{
    bool listed = list->ids == NULL;
    if (list->only != NULL)
        return client == list->only;
    if (list->by_class)
        return !list->no_class && client_class(client) == list->class;
    for (size_t i = 0; i < list->id_count && !listed; i++) {
        long long id;
        listed = slice_to_ll(list->ids[i], &id) &&
                 (unsigned long long)id == client->id;
    }
    return listed;
}

static bool add_line(struct client *client, void *context)
{
    struct list *list = context;
    if (!is_listed(list, client))
        return true;
    append_line(&list->lines, client, list->now);
    buf_append(&list->lines, "\n", 1);
    return true;
}

void client_describe(struct core *core, const struct client *client,
                     struct buf *line)
{
    pthread_mutex_lock(&core->clients.lock);
    append_line(line, client, clock_mono_ms());
    pthread_mutex_unlock(&core->clients.lock);
}

static void reply_list(struct call *call, struct list *list)
{
    list->now = clock_mono_ms();
    clients_each(&call->core->clients, add_line, list);
    if (list->lines.failed)
        reply_no_memory(call);
    else
        reply_verbatim(call->out, buf_slice(&list->lines));
    buf_free(&list->lines);
}

void cmd_client_info(struct call *call)
{
    struct list list = {.only = call->client};
    reply_list(call, &list);
}

/* list = "CLIENT" "LIST" [ "TYPE" class / "ID" number+ ]; on false the error
 * has been replied. */
static bool parse(struct call *call, struct list *list)
{
    if (call->argc == 4 && arg_is(call, 2, "type")) {
        list->by_class = true;
        return arg_client_class(call, 3, &list->class, &list->no_class);
    }
    if (call->argc > 3 && arg_is(call, 2, "id")) {
        list->ids = &call->argv[3];
        list->id_count = call->argc - 3;
        for (size_t i = 3; i < call->argc; i++) {
            long long id;
            if (slice_to_ll(arg(call, i), &id))
                continue;
            reply_error(call->out, "ERR Invalid client ID");
            return false;
        }
        return true;
    }
    if (call->argc != 2)
        reply_syntax_error(call);
    return call->argc == 2;
}

void cmd_client_list(struct call *call)
{
    struct list list = {0};
    if (parse(call, &list))
        reply_list(call, &list);
}
