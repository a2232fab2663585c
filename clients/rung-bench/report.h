/* What came of it, for people, spreadsheets or programs. */
#ifndef REPORT_H
#define REPORT_H

#include "run.h"

void report_print(const struct options *options, const struct result *result);

#endif
