#include "talk.h"

#include "exchange.h"
#include "request.h"
#include "say.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>

void talk_init(struct talk *talk, const struct options *options)
{
    *talk = (struct talk){.options = options, .link.fd = -1};
    talk->db = options->db;
}

void talk_hang_up(struct talk *talk)
{
    link_close(&talk->link);
    answer_next(&talk->answer);
    talk->transaction = talk->used = false;
}

void talk_free(struct talk *talk)
{
    talk_hang_up(talk);
    answer_free(&talk->answer);
}

/* One step of logging in: says these words (up to the NULL) and looks at the
 * answer. */
static bool log_in(struct talk *talk, const char *const words[])
{
    struct slices said = {0}, requests = {0};
    struct buf reply = {0};
    for (int i = 0; words[i] != NULL; i++)
        slices_add(&said, (struct slice){words[i], strlen(words[i])});
    bool came = request_append(&requests.bytes, PROTO_RESP, &said) &&
                slices_end(&requests) &&
                exchange(talk, &(struct parcel){.requests = &requests,
                                                .unshown = true,
                                                .keep = &reply});
    struct slice answer = buf_slice(&reply);
    if (came && answer.data[0] == '-') {
        size_t len = strcspn(answer.data, "\r");
        const char *what = strcmp(words[0], "AUTH") != 0 ? words[1] : NULL;
        say("%s%s%s failed: %.*s", words[0], what != NULL ? " " : "",
            what != NULL ? what : "", (int)len - 1, answer.data + 1);
        talk->error_seen = true;
    }
    slices_free(&said);
    slices_free(&requests);
    buf_free(&reply);
    return came;
}

/* What a new connection has to be told before anything else. */
static bool introduce(struct talk *talk)
{
    const struct options *options = talk->options;
    const char *user = options->user != NULL ? options->user : "default";
    char db[24];
    snprintf(db, sizeof db, "%ld", talk->db);
    const char *const auth[] = {"AUTH", options->password, NULL};
    const char *const auth_as[] = {"AUTH", user, options->password, NULL};
    const char *const hello[] = {"HELLO", "3", NULL};
    const char *const select[] = {"SELECT", db, NULL};
    return (options->password == NULL ||
            log_in(talk, options->user != NULL ? auth_as : auth)) &&
           (!options->resp3 || options->resp2 || log_in(talk, hello)) &&
           (talk->db == 0 || log_in(talk, select));
}

bool talk_connect(struct talk *talk)
{
    if (talk->link.fd >= 0 && link_is_dead(&talk->link)) {
        say("The server closed the connection; connecting again");
        talk_hang_up(talk);
    }
    talk->answer.proto = talk->options->proto;
    if (talk->link.fd >= 0)
        return true;
    char why[256];
    if (!link_open(&talk->link, talk->options, why, sizeof why)) {
        say("%s", why);
        return false;
    }
    return talk->options->proto != PROTO_RESP || introduce(talk);
}

void talk_note(struct talk *talk, const struct slices *words,
               struct slice bytes)
{
    if (words_match(words, 0, "exec") || words_match(words, 0, "discard"))
        talk->transaction = false;
    if (!slice_equal(bytes, SLICE("+OK\r\n")) &&
        !slice_equal(bytes, SLICE("+RESET\r\n")))
        return;
    if (words_match(words, 0, "multi"))
        talk->transaction = true;
    if (words_match(words, 0, "reset")) {
        talk->transaction = false;
        talk->db = 0;
    }
    if (words_match(words, 0, "select") && words->count == 2) {
        char number[24];
        struct slice word = slices_get(words, 1);
        snprintf(number, sizeof number, "%.*s", (int)word.len, word.data);
        talk->db = atol(number);
    }
}
