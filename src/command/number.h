/* Numbers with a fraction, as Redis reads and writes them: "3", "-2.5e3",
 * "inf"; not "nan", nothing around them, no number too large or too small. */
#ifndef NUMBER_H
#define NUMBER_H

#include "command/command.h"

enum { NUMBER_TEXT_MAX = 5 * 1024 /* bytes that a number is written in */ };

struct number_text {
    char bytes[NUMBER_TEXT_MAX];
};

/* The whole of `text` as a number; false when it is anything else. */
bool parse_double(struct slice text, double *number);
bool parse_long_double(struct slice text, long double *number);

/* Word `i` as a number; on false the error has been replied. */
bool arg_double(struct call *call, size_t i, double *number);
bool arg_long_double(struct call *call, size_t i, long double *number);

/* For people, as INCRBYFLOAT has it: never an exponent, 17 digits behind the
 * point, zeros at the end cut off. The slice lies in `text`. */
struct slice format_long_double(struct number_text *text, long double number);

#endif
