#include "suite.h"
#include "ladder.h"

#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

/* The paths of the scripts, sorted; the caller frees them with globfree(). */
static bool find_scripts(const char *folder, glob_t *found)
{
    char pattern[4096];
    snprintf(pattern, sizeof pattern, "%s/*.wire", folder);
    if (glob(pattern, 0, NULL, found) == 0)
        return true;
    fprintf(stderr,
            "rung-grade: no scripts in %s (--scripts names their "
            "folder)\n",
            folder);
    return false;
}

bool suite_load(struct suite *suite, const char *folder)
{
    glob_t found;
    char error[WIRE_ERROR];
    bool good;
    *suite = (struct suite){0};
    if (!find_scripts(folder, &found))
        return false;
    suite->scripts = calloc(found.gl_pathc, sizeof *suite->scripts);
    for (size_t i = 0; i < found.gl_pathc && suite->scripts != NULL; i++) {
        if (wire_load(&suite->scripts[suite->count], found.gl_pathv[i], error))
            suite->count++;
        else
            fprintf(stderr, "%s\n", error);
    }
    good = suite->count == found.gl_pathc;
    globfree(&found);
    return good;
}

void suite_select(struct suite *suite, const char *chapter, const char *pattern)
{
    size_t kept = 0;
    for (size_t i = 0; i < suite->count; i++) {
        struct wire_script script = suite->scripts[i];
        if ((chapter == NULL || ladder_applies(chapter, &script)) &&
            (pattern == NULL || fnmatch(pattern, script.name, 0) == 0))
            suite->scripts[kept++] = script;
        else
            wire_free(&script);
    }
    suite->count = kept;
}

void suite_print(const struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++) {
        const struct wire_script *script = &suite->scripts[i];
        printf("%-28s %-8s %s\n", script->name, script->chapters,
               script->about);
    }
}

void suite_free(struct suite *suite)
{
    for (size_t i = 0; i < suite->count; i++)
        wire_free(&suite->scripts[i]);
    free(suite->scripts);
    *suite = (struct suite){0};
}
