/* libedit does the work (editline(3)): the keys are Emacs', or vi's when
 * ~/.editrc says so, and Ctrl-R searches the history. */
#include "line.h"

#include "base/io.h"
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

enum { REMEMBERED = 1000 /* lines */ };

struct line {
    EditLine *edit;
    History *history;
    char *path;         /* of the history's file, or NULL */
    const char *prompt; /* borrowed while a line is read */
    char *text;         /* the last line, from malloc */
};

static char *prompt_of(EditLine *edit)
{
    struct line *line = NULL;
    el_get(edit, EL_CLIENTDATA, &line);
    return (char *)line->prompt;
}

/* The next character of the terminal, which may be several bytes: 1; 0 at the
 * end; or -1, at once when Ctrl-C was pressed. */
static int read_key(EditLine *edit, wchar_t *key)
{
    (void)edit;
    mbstate_t state = {0};
    for (;;) {
        struct pollfd poller = {.fd = STDIN_FILENO, .events = POLLIN};
        int ready = interrupt_poll(&poller, 1, -1);
        if (ready < 0 && (errno != EINTR || interrupted()))
            return -1;
        if (ready < 0)
            continue; /* the window has another size, or we were stopped */
        char byte;
        ssize_t n = read_some(STDIN_FILENO, &byte, 1);
        if (n <= 0)
            return (int)n;
        size_t len = mbrtowc(key, &byte, 1, &state);
        if (len == (size_t)-1)
            *key = L'?';
        if (len != (size_t)-2)
            return 1;
    }
}

static bool start_editing(struct line *line)
{
    line->edit = el_init("rung-cli", stdin, stdout, stderr);
    if (line->edit == NULL)
        return false;
    el_set(line->edit, EL_CLIENTDATA, line);
    el_set(line->edit, EL_PROMPT, prompt_of);
    el_set(line->edit, EL_GETCFN, read_key);
    el_set(line->edit, EL_EDITOR, "emacs");
    el_set(line->edit, EL_SIGNAL, 1); /* the terminal survives Ctrl-Z */
    el_set(line->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(line->edit, EL_HIST, history, line->history);
    el_source(line->edit, NULL);
    return true;
}

static bool start_history(struct line *line, const char *path)
{
    HistEvent event;
    line->history = history_init();
    if (line->history == NULL)
        return false;
    history(line->history, &event, H_SETSIZE, REMEMBERED);
    history(line->history, &event, H_SETUNIQUE, 1);
    if (path != NULL) {
        line->path = strdup(path);
        history(line->history, &event, H_LOAD, path);
    }
    return true;
}

struct line *line_open(const char *path)
{
    struct line *line = calloc(1, sizeof *line);
    if (line == NULL)
        return NULL;
    if (start_history(line, path) && start_editing(line))
        return line;
    line_close(line);
    return NULL;
}

enum line_result line_read(struct line *line, const char *prompt,
                           const char **text)
{
    int len = 0;
    line->prompt = prompt;
    const char *typed = el_gets(line->edit, &len);
    if (interrupted()) {
        el_reset(line->edit);
        printf("\n");
        return LINE_INTERRUPTED;
    }
    if (typed == NULL || len <= 0)
        return LINE_END;
    free(line->text);
    line->text = strndup(typed, strcspn(typed, "\n"));
    *text = line->text;
    return line->text != NULL ? LINE_READ : LINE_END;
}

/* The file is made with its permissions: there is no moment at which others
 * could read it. */
static void save(struct line *line)
{
    int fd = open(line->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    FILE *file = fdopen(fd, "w");
    if (file == NULL) {
        close(fd);
        return;
    }
    HistEvent event;
    history(line->history, &event, H_SAVE_FP, file);
    fclose(file);
}

void line_remember(struct line *line, const char *text)
{
    HistEvent event;
    history(line->history, &event, H_ENTER, text);
    if (line->path != NULL)
        save(line);
}

void line_close(struct line *line)
{
    if (line->edit != NULL)
        el_end(line->edit);
    if (line->history != NULL)
        history_end(line->history);
    free(line->path);
    free(line->text);
    free(line);
}
