/* From the shape of a difference to the mistake that usually makes it. */
#ifndef WIRE_CAUSE_H
#define WIRE_CAUSE_H

#include "wire/play.h"

/* A sentence, or NULL when the shape is not telling. */
const char *wire_likely_cause(const struct wire_failure *failure);

#endif
