#include "prompt.h"

#include "interrupt.h"
#include "known.h"
#include "line.h"
#include "request.h"
#include "say.h"
#include "trial.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct prompt {
    struct talk *talk;
    struct options *options;
    struct line *line;
};

static const char help[] =
    "A line is a request; its words are split at blanks, and may be quoted:\n"
    "\"two words\" \"\\x00\\r\\n\" 'as it is'. With raw and message the whole\n"
    "line is what is sent, and only escapes such as \\n and \\x00 count.\n"
    "\n"
    "  quit, exit, Ctrl-D      leave\n"
    "  clear, Ctrl-L           clear the screen\n"
    "  Ctrl-C                  forget the line; stop waiting\n"
    "  Ctrl-R                  search the lines typed before\n"
    "\n"
    "What the next request is to show, and how it is sent:\n";

/* ~/.rungcli_history, or what RUNGCLI_HISTFILE says; NULL when neither is
 * known or the path is too long. */
static const char *history_path(char *path, size_t size)
{
    const char *file = getenv("RUNGCLI_HISTFILE"), *home = getenv("HOME");
    if (file != NULL && file[0] != '\0')
        return file;
    if (home == NULL)
        return NULL;
    int len = snprintf(path, size, "%s/.rungcli_history", home);
    return len > 0 && (size_t)len < size ? path : NULL;
}

/* 127.0.0.1:6379[3](TX)> */
static void make_prompt(const struct talk *talk, char *text, size_t size)
{
    char name[LINK_NAME], db[24] = "", proto[16] = "";
    link_name(talk->options, name);
    if (talk->options->proto != PROTO_RESP)
        snprintf(proto, sizeof proto, " %s",
                 options_proto_name(talk->options->proto));
    else if (talk->db != 0)
        snprintf(db, sizeof db, "[%ld]", talk->db);
    if (talk->link.fd < 0)
        snprintf(text, size, "not connected%s> ", proto);
    else
        snprintf(text, size, "%s%s%s%s> ", name, proto, db,
                 talk->transaction ? "(TX)" : "");
}

/* ":drip 10" */
static void change_option(struct prompt *prompt, const char *text)
{
    char name[32], value[32];
    int words = sscanf(text, ":%31s %31s", name, value);
    if (words < 1)
        options_print(stdout, ":", true);
    else
        options_change(prompt->options, name, words > 1 ? value : NULL);
    if (prompt->talk->answer.proto != prompt->options->proto)
        talk_hang_up(prompt->talk);
}

/* A line that is for us and not for the server? */
static bool is_ours(struct prompt *prompt, const char *text)
{
    if (text[0] == ':') {
        change_option(prompt, text);
    } else if (strcasecmp(text, "clear") == 0) {
        fputs("\033[H\033[2J", stdout); /* cursor home, erase all */
    } else if (strcasecmp(text, "help") == 0) {
        fputs(help, stdout);
        options_print(stdout, ":", true);
    } else {
        return false;
    }
    return true;
}

/* Passwords do not go into the history. A line whose quotes are wrong is
 * judged by its looks. */
static void remember(struct prompt *prompt, const char *text)
{
    struct slices words = {0};
    bool split = words_split(&words, (struct slice){text, strlen(text)});
    if (split ? !known_secret(&words) : strcasestr(text, "auth") == NULL)
        line_remember(prompt->line, text);
    slices_free(&words);
}

static void send_line(struct prompt *prompt, const char *text)
{
    struct slices words = {0};
    if (!request_read_line(&words, prompt->options->proto,
                           (struct slice){text, strlen(text)}))
        printf("Invalid argument(s)\n");
    else if (words.count > 0)
        trial_run_words(prompt->talk, &words);
    slices_free(&words);
}

static bool wants_to_leave(const char *text)
{
    return strcasecmp(text, "quit") == 0 || strcasecmp(text, "exit") == 0;
}

/* Reads one line and does what it says; false: it says to leave. */
static bool take_line(struct prompt *prompt)
{
    char text[LINK_NAME + 64];
    const char *typed;
    make_prompt(prompt->talk, text, sizeof text);
    fflush(stdout);
    enum line_result result = line_read(prompt->line, text, &typed);
    interrupt_clear();
    if (result == LINE_END || (result == LINE_READ && wants_to_leave(typed)))
        return false;
    if (result == LINE_INTERRUPTED || typed[0] == '\0')
        return true;
    remember(prompt, typed);
    if (!is_ours(prompt, typed))
        send_line(prompt, typed);
    interrupt_clear();
    return true;
}

bool prompt_run(struct talk *talk, struct options *options)
{
    char path[512];
    struct prompt prompt = {talk, options,
                            line_open(history_path(path, sizeof path))};
    if (prompt.line == NULL) {
        complain("this terminal cannot be used: give the request as words, or "
                 "on standard input");
        return false;
    }
    talk->patient = true;
    talk_connect(talk);
    while (take_line(&prompt))
        ;
    line_close(prompt.line);
    return true;
}
