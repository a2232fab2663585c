/* CLIENT TRACKING and what belongs to it: the server tells a client when what
 * it has read is no longer true, so that it may keep it. */
#include "command/client.h"
#include "command/functions.h"

#include <stdlib.h>

/* The wish as it is read from the words. */
struct parsed {
    struct tracking_wish wish;
    struct slice *prefixes; /* room for all that may come */
};

static bool exists_one(struct client *client, void *context)
{
    unsigned long long *id = context;
    if (client->id == *id)
        *id = 0;
    return *id != 0;
}

static bool client_exists(struct call *call, long long id)
{
    unsigned long long sought = (unsigned long long)id;
    if (id > 0)
        clients_each(&call->core->clients, exists_one, &sought);
    return id > 0 && sought == 0;
}

/* On false the error has been replied. */
static bool parse_redirect(struct call *call, size_t i,
                           struct tracking_wish *wish)
{
    long long id;
    if (wish->redirect_id != 0) {
        reply_error(call->out,
                    "ERR A client can only redirect to a single other client");
        return false;
    }
    if (!arg_integer(call, i, &id))
        return false;
    if (!client_exists(call, id)) {
        reply_error(call->out, "ERR The client ID you want redirect to does "
                               "not exist");
        return false;
    }
    wish->redirect_id = (unsigned long long)id;
    return true;
}

static int mode_of(const struct call *call, size_t i)
{
    static const struct {
        const char *word;
        enum tracking_mode mode;
    } modes[] = {{"bcast", TRACKING_BCAST},
                 {"optin", TRACKING_OPTIN},
                 {"optout", TRACKING_OPTOUT},
                 {"noloop", TRACKING_NOLOOP}};
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
        if (arg_is(call, i, modes[m].word))
            return (int)modes[m].mode;
    return 0;
}

/* option = "REDIRECT" id / "PREFIX" prefix / "BCAST" / "OPTIN" / "OPTOUT" /
 * "NOLOOP". On false the error has been replied. */
static bool parse(struct call *call, struct parsed *parsed)
{
    struct tracking_wish *wish = &parsed->wish;
    for (size_t i = 3; i < call->argc; i++) {
        bool more = i + 1 < call->argc;
        if (more && arg_is(call, i, "redirect")) {
            if (!parse_redirect(call, ++i, wish))
                return false;
        } else if (more && arg_is(call, i, "prefix")) {
            parsed->prefixes[wish->prefix_count++] = arg(call, ++i);
        } else if (mode_of(call, i) != 0) {
            wish->mode |= mode_of(call, i);
        } else {
            reply_syntax_error(call);
            return false;
        }
    }
    return true;
}

/* Why it may not be, or NULL. */
static const char *complaint(const struct tracking_wish *wish, int now)
{
    bool in = wish->mode & TRACKING_OPTIN;
    bool out = wish->mode & TRACKING_OPTOUT;
    if (!(wish->mode & TRACKING_BCAST) && wish->prefix_count > 0)
        return "PREFIX option requires BCAST mode to be enabled";
    if (now != 0 && ((now ^ wish->mode) & TRACKING_BCAST))
        return "You can't switch BCAST mode on/off before disabling tracking "
               "for this client, and then re-enabling it with a different "
               "mode.";
    if ((wish->mode & TRACKING_BCAST) && (in || out))
        return "OPTIN and OPTOUT are not compatible with BCAST";
    if (in && out)
        return "You can't specify both OPTIN mode and OPTOUT mode";
    if ((in && (now & TRACKING_OPTOUT)) || (out && (now & TRACKING_OPTIN)))
        return "You can't switch OPTIN/OPTOUT mode before disabling tracking "
               "for this client, and then re-enabling it with a different "
               "mode.";
    return NULL;
}

/* Is one the beginning of the other? Then a key could be told of twice. */
static bool overlap(struct slice a, struct slice b)
{
    return memcmp(a.data, b.data, a.len < b.len ? a.len : b.len) == 0;
}

static void reply_overlap(struct call *call, struct slice prefix,
                          const char *which, struct slice other)
{
    reply_error(call->out,
                "ERR Prefix '%.*s' overlaps with %s prefix '%.*s'. Prefixes "
                "for a single client must not overlap.", (int)prefix.len,
                prefix.data, which, (int)other.len, other.data);
}

/* On false the error has been replied. */
static bool are_apart(struct call *call, const struct tracking_wish *wish)
{
    const struct dict *mine = &call->client->tracker.prefixes;
    for (size_t i = 0; i < wish->prefix_count; i++) {
        struct slice prefix = wish->prefixes[i];
        for (const struct dict_entry *entry = dict_first(mine); entry != NULL;
             entry = dict_next(mine, entry))
            if (overlap(prefix, dict_key(entry))) {
                reply_overlap(call, prefix, "an existing", dict_key(entry));
                return false;
            }
        for (size_t j = i + 1; j < wish->prefix_count; j++)
            if (overlap(prefix, wish->prefixes[j])) {
                reply_overlap(call, prefix, "another provided",
                              wish->prefixes[j]);
                return false;
            }
    }
    return true;
}

static void start(struct call *call, const struct tracking_wish *wish)
{
    struct client *client = call->client;
    const char *why = complaint(wish, atomic_load(&client->tracker.mode));
    if (why != NULL) {
        reply_error(call->out, "ERR %s", why);
    } else if (are_apart(call, wish)) {
        if (tracking_start(call->core, client, wish))
            reply_ok(call);
        else
            reply_no_memory(call);
        client_expect_mail(client);
    }
}

static void stop(struct call *call)
{
    tracking_stop(call->core, call->client);
    client_expect_mail(call->client);
    reply_ok(call);
}

/* tracking = "CLIENT" "TRACKING" ( "ON" / "OFF" ) option* */
void cmd_client_tracking(struct call *call)
{
    struct parsed parsed = {.prefixes =
                                malloc(call->argc * sizeof(struct slice))};
    parsed.wish.prefixes = parsed.prefixes;
    if (parsed.prefixes == NULL)
        reply_no_memory(call);
    else if (!parse(call, &parsed))
        ; /* it has replied */
    else if (arg_is(call, 2, "on"))
        start(call, &parsed.wish);
    else if (arg_is(call, 2, "off"))
        stop(call);
    else
        reply_syntax_error(call);
    free(parsed.prefixes);
}

/* caching = "CLIENT" "CACHING" ( "YES" / "NO" ) */
void cmd_client_caching(struct call *call)
{
    struct tracker *tracker = &call->client->tracker;
    int mode = atomic_load(&tracker->mode);
    bool yes = arg_is(call, 2, "yes");
    if (mode == 0) {
        reply_error(call->out,
                    "ERR CLIENT CACHING can be called only when the client is "
                    "in tracking mode with OPTIN or OPTOUT mode enabled");
    } else if (!yes && !arg_is(call, 2, "no")) {
        reply_syntax_error(call);
    } else if (!(mode & (yes ? TRACKING_OPTIN : TRACKING_OPTOUT))) {
        reply_error(call->out, "ERR CLIENT CACHING %s is only valid when "
                               "tracking is enabled in %s mode.",
                    yes ? "YES" : "NO", yes ? "OPTIN" : "OPTOUT");
    } else {
        tracker->asked = true;
        reply_ok(call);
    }
}

static void reply_redirect(struct call *call)
{
    reply_integer(call->out, client_redirect(call->client));
}

void cmd_client_getredir(struct call *call)
{
    reply_redirect(call);
}

static void reply_flags(struct call *call)
{
    const struct tracker *tracker = &call->client->tracker;
    int mode = atomic_load(&tracker->mode);
    const struct {
        const char *word;
        bool holds;
    } flags[] = {
        {mode != 0 ? "on" : "off", true},
        {"bcast", mode & TRACKING_BCAST},
        {"optin", mode & TRACKING_OPTIN},
        {"caching-yes", (mode & TRACKING_OPTIN) && tracker->asked},
        {"optout", mode & TRACKING_OPTOUT},
        {"caching-no", (mode & TRACKING_OPTOUT) && tracker->asked},
        {"noloop", mode & TRACKING_NOLOOP},
        {"broken_redirect", mode & TRACKING_BROKEN},
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        n += flags[i].holds;
    reply_set(call->out, n);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (flags[i].holds)
            reply_string(call->out, flags[i].word);
}

void cmd_client_trackinginfo(struct call *call)
{
    const struct dict *prefixes = &call->client->tracker.prefixes;
    reply_map(call->out, 3);
    reply_string(call->out, "flags");
    reply_flags(call);
    reply_string(call->out, "redirect");
    reply_redirect(call);
    reply_string(call->out, "prefixes");
    reply_array(call->out, prefixes->count);
    for (const struct dict_entry *entry = dict_first(prefixes); entry != NULL;
         entry = dict_next(prefixes, entry))
        reply_bulk(call->out, dict_key(entry));
}
