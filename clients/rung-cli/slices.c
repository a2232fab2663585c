#include "slices.h"

#include <stdlib.h>

bool slices_end(struct slices *slices)
{
    if (slices->count == slices->cap) {
        size_t cap = slices->cap > 0 ? slices->cap * 2 : 16;
        size_t *ends = realloc(slices->ends, cap * sizeof *ends);
        if (ends == NULL)
            return false;
        slices->ends = ends;
        slices->cap = cap;
    }
    slices->ends[slices->count++] = buf_len(&slices->bytes);
    return !slices->bytes.failed;
}

bool slices_add(struct slices *slices, struct slice string)
{
    buf_append(&slices->bytes, string.data, string.len);
    return slices_end(slices);
}

struct slice slices_get(const struct slices *slices, size_t index)
{
    size_t start = index > 0 ? slices->ends[index - 1] : 0;
    size_t len = slices->ends[index] - start;
    if (len == 0)
        return SLICE("");
    return (struct slice){buf_slice(&slices->bytes).data + start, len};
}

void slices_free(struct slices *slices)
{
    buf_free(&slices->bytes);
    free(slices->ends);
    *slices = (struct slices){0};
}
