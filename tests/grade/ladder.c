/* A script names the chapters that it grades. A chapter that builds on another
 * one and speaks its protocol has to pass all that the other one has to pass,
 * so the scripts need not name it. */
#include "ladder.h"

#include <string.h>

static const struct chapter {
    const char *name;
    const char *base; /* NULL: none whose scripts it has to pass */
} chapters[] = {
    {"01", NULL},
    {"02", NULL},
    {"03", NULL},
    {"04", NULL},
    {"05", NULL},
    {"06", NULL},
    {"07", "05"},
    {"08", "07"},
    {"09", "07"},
    {"server", "06"}, /* the complete server, src/ */
    {"redis", "06"},  /* Redis itself: are the scripts right? */
};

static const struct chapter *find(const char *name)
{
    for (size_t i = 0; i < sizeof chapters / sizeof *chapters; i++)
        if (strcmp(chapters[i].name, name) == 0)
            return &chapters[i];
    return NULL;
}

bool ladder_has(const char *chapter)
{
    return find(chapter) != NULL;
}

void ladder_print(FILE *out)
{
    for (size_t i = 0; i < sizeof chapters / sizeof *chapters; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", chapters[i].name);
}

bool ladder_applies(const char *chapter, const struct wire_script *script)
{
    if (wire_list_has(script->except, chapter))
        return false;
    const struct chapter *at = find(chapter);
    while (at != NULL && !wire_list_has(script->chapters, at->name))
        at = at->base != NULL ? find(at->base) : NULL;
    return at != NULL;
}
