#include "say.h"

#include <stdarg.h>
#include <stdio.h>

static void print_line(const char *start, const char *format, va_list args)
{
    fflush(stdout);
    fputs(start, stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line("", format, args);
    va_end(args);
}

void complain(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line("rung-cli: ", format, args);
    va_end(args);
}
