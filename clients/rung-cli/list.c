#include "list.h"

#include <stdlib.h>

bool list_end(struct list *list)
{
    if (list->count == list->cap) {
        size_t cap = list->cap > 0 ? list->cap * 2 : 16;
        size_t *ends = realloc(list->ends, cap * sizeof *ends);
        if (ends == NULL)
            return false;
        list->ends = ends;
        list->cap = cap;
    }
    list->ends[list->count++] = buf_len(&list->bytes);
    return !list->bytes.failed;
}

bool list_add(struct list *list, struct slice string)
{
    buf_append(&list->bytes, string.data, string.len);
    return list_end(list);
}

struct slice list_get(const struct list *list, size_t index)
{
    size_t start = index > 0 ? list->ends[index - 1] : 0;
    size_t len = list->ends[index] - start;
    if (len == 0)
        return SLICE("");
    return (struct slice){buf_slice(&list->bytes).data + start, len};
}

void list_free(struct list *list)
{
    buf_free(&list->bytes);
    free(list->ends);
    *list = (struct list){0};
}
