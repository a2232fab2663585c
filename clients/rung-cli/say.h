/* Lines for the user that are not answers: they go to standard error, behind
 * what standard output already holds. */
#ifndef SAY_H
#define SAY_H

__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

/* The same behind "rung-cli: ", for what is wrong with how it was called. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

#endif
