/* The program that is graded: started on a free port, watched, ended. */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* With output = -1 and otherwise zero, but for the command and the scale, it
 * is a server that does not run. */
struct server {
    char **command; /* NULL-terminated; {port} becomes the port */
    double timeout_scale;
    pid_t pid; /* its process group; 0: it does not run */
    char port[8];
    int output; /* a file: what it prints, on both streams; or -1 */
    off_t seen; /* bytes of the output already looked at */
    int status; /* how it ended, as waitpid() tells it */
};

/* Starts it and waits until it accepts connections. False: `why` says what
 * happened instead. */
bool server_start(struct server *server, char *why, size_t size);

/* Is it still running? If not, status says how it ended. */
bool server_runs(struct server *server);

/* Waits for it to end, at most so many milliseconds. True: it has ended. */
bool server_wait(struct server *server, int ms);

/* Asks it to end (SIGTERM) while a client is connected, and ends it when it
 * does not. True: it went by itself. */
bool server_stop(struct server *server);
void server_kill(struct server *server);

/* "exit status 1", "signal 11 (Segmentation fault)" */
void server_describe_end(const struct server *server, char *text, size_t size);

/* Has a sanitizer complained since the last call? */
bool server_complained(struct server *server);

/* Copies its last lines of output. */
void server_print_output(const struct server *server, FILE *out);

#endif
