#include "session/monitor.h"
#include "base/clock.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>

static void append_byte(struct buf *line, unsigned char byte)
{
    static const char special[] = "\\\"\n\r\t\a\b";
    static const char letters[] = "\\\"nrtab";
    const char *found = byte ? strchr(special, byte) : NULL;
    char text[8];
    if (found != NULL)
        snprintf(text, sizeof text, "\\%c", letters[found - special]);
    else if (isprint(byte))
        snprintf(text, sizeof text, "%c", byte);
    else
        snprintf(text, sizeof text, "\\x%02x", byte);
    buf_add(line, text);
}

static void append_word(struct buf *line, struct slice word)
{
    buf_add(line, " \"");
    for (size_t i = 0; i < word.len; i++)
        append_byte(line, (unsigned char)word.data[i]);
    buf_add(line, "\"");
}

/* Users and passwords: AUTH's words, and two behind HELLO's AUTH. */
static bool is_secret(const struct call *call, size_t i)
{
    const char *name = call->command->name;
    if (strcmp(name, "auth") == 0)
        return i > 0;
    return strcmp(name, "hello") == 0 &&
           ((i > 2 && arg_is(call, i - 1, "auth")) ||
            (i > 3 && arg_is(call, i - 2, "auth")));
}

static void append_origin(struct buf *line, const struct client *client)
{
    int64_t now = clock_us(CLOCK_REALTIME);
    const char *peer = client->mailbox.wire.peer;
    int len = (int)strlen(peer);
    bool is_path = peer[0] == '/';
    char text[192];
    if (is_path)
        len -= 2; /* without its ":0" */
    snprintf(text, sizeof text, "+%lld.%06lld [%u %s%.*s]",
             (long long)(now / 1000000), (long long)(now % 1000000),
             atomic_load(&client->db), is_path ? "unix:" : "", len, peer);
    buf_add(line, text);
}

void monitor_show(const struct call *call)
{
    struct pubsub *pubsub = &call->core->pubsub;
    struct buf line = {0};
    if (!pubsub_has(pubsub, TOPIC_FEED) || (call->command->flags & CMD_ADMIN))
        return;
    append_origin(&line, call->client);
    for (size_t i = 0; i < call->argc; i++)
        append_word(&line, is_secret(call, i) ? SLICE("(redacted)")
                                              : arg(call, i));
    buf_add(&line, "\r\n");
    if (!line.failed)
        pubsub_feed(pubsub, buf_slice(&line));
    buf_free(&line);
}
