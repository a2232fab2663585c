/* A "*" is first taken to match nothing. Where the text then fails to fit, the
 * last "*" takes in one byte more and we go on from there. Earlier ones need no
 * second chance, so it takes at most pattern times text steps. */
#include "glob.h"

/* class = "[" [ "^" ] { "\" byte / byte "-" byte / byte } "]"
 * `*at` is behind the "[", and comes to be behind the "]", or at the end. */
static bool match_class(const char **at, const char *end, char c)
{
    const char *p = *at;
    bool inverted = p < end && *p == '^';
    bool found = false;
    for (p += inverted; p < end && *p != ']'; p++) {
        char low = *p, high = *p;
        if (*p == '\\' && end - p >= 2) {
            low = high = *++p;
        } else if (end - p >= 3 && p[1] == '-') {
            high = p[2];
            p += 2;
        }
        found |= low <= high ? low <= c && c <= high : high <= c && c <= low;
    }
    *at = p < end ? p + 1 : p;
    return found != inverted;
}

/* One element of the pattern, `*at`, against one byte. */
static bool match_byte(const char **at, const char *end, char c)
{
    const char *p = (*at)++;
    if (*p == '[')
        return match_class(at, end, c);
    if (*p == '\\' && end - p >= 2)
        return *(*at)++ == c;
    return *p == '?' || *p == c;
}

bool glob_is_all(struct slice pattern)
{
    return pattern.len == 1 && *pattern.data == '*';
}

bool glob_match(struct slice pattern, struct slice text)
{
    if (text.len == 0)
        return pattern.len == 0;
    const char *p = pattern.data, *p_end = p + pattern.len;
    const char *t = text.data, *t_end = t + text.len;
    const char *star = NULL; /* behind the last one */
    const char *taken = t;   /* the end of what it takes in */
    while (t < t_end) {
        if (p < p_end && *p == '*') {
            star = ++p;
            taken = t;
        } else if (p < p_end && match_byte(&p, p_end, *t)) {
            t++;
        } else if (star != NULL) {
            p = star;
            t = ++taken;
        } else {
            return false;
        }
    }
    while (p < p_end && *p == '*')
        p++;
    return p == p_end;
}
