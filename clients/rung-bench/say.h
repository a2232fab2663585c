/* One line to standard error. */
#ifndef SAY_H
#define SAY_H

__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

#endif
