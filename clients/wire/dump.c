#include "wire/dump.h"

#include <ctype.h>

enum { ROW = 16 /* bytes */ };

/* "NN " per byte, with one more space in the middle of a row. */
static int hex_column(size_t i)
{
    return (int)(3 * i + (i >= ROW / 2));
}

static bool is_wild(struct slice wild, size_t at)
{
    return at < wild.len && wild.data[at] != '\0';
}

static int visible(char byte)
{
    unsigned char c = (unsigned char)byte;
    return c < 127 && isprint(c) ? c : '.';
}

/* The row that starts at byte `start`: its offset, hex, ASCII. */
static void print_row(FILE *out, struct slice bytes, struct slice wild,
                      size_t start)
{
    size_t end = start + ROW < bytes.len ? start + ROW : bytes.len;
    int width = 0;
    fprintf(out, "%06zx  ", start);
    for (size_t at = start; at < end; at++) {
        width += fprintf(out, "%s", at - start == ROW / 2 ? " " : "");
        if (is_wild(wild, at))
            width += fprintf(out, "?? ");
        else
            width += fprintf(out, "%02x ",
                             (unsigned)(unsigned char)bytes.data[at]);
    }
    fprintf(out, "%*s ", hex_column(ROW) - width, "");
    for (size_t at = start; at < end; at++)
        fputc(is_wild(wild, at) ? '?' : visible(bytes.data[at]), out);
    fputc('\n', out);
}

void wire_dump(FILE *out, const char *indent, struct slice bytes)
{
    for (size_t start = 0; start < bytes.len; start += ROW) {
        fputs(indent, out);
        print_row(out, bytes, (struct slice){NULL, 0}, start);
    }
}

static void print_caret(FILE *out, const char *indent, size_t i)
{
    int hex = hex_column(i), text = hex_column(ROW) + 1 + (int)i;
    fprintf(out, "%s                  %*s^^%*s^\n", indent, hex, "",
            text - hex - 2, "");
}

static void print_side(FILE *out, const char *indent, const char *name,
                       struct slice bytes, struct slice wild, size_t start)
{
    fprintf(out, "%s%s  ", indent, name);
    if (start < bytes.len)
        print_row(out, bytes, wild, start);
    else
        fprintf(out, "%s\n", bytes.len == 0 ? "nothing" : "nothing more");
}

void wire_dump_pair(FILE *out, const char *indent, struct slice expected,
                    struct slice wild, struct slice received, size_t same)
{
    size_t row = same / ROW * ROW, start = row >= ROW ? row - ROW : 0;
    if (start > 0)
        fprintf(out, "%s(the first %zu bytes agree)\n", indent, start);
    for (; start <= row + ROW; start += ROW) {
        if (start >= expected.len && start >= received.len)
            break;
        print_side(out, indent, "expected", expected, wild, start);
        print_side(out, indent, "received", received, (struct slice){NULL, 0},
                   start);
        if (start == row)
            print_caret(out, indent, same - row);
    }
    if (start < expected.len)
        fprintf(out, "%s(... %zu more bytes expected)\n", indent,
                expected.len - start);
    if (start < received.len)
        fprintf(out, "%s(... %zu more bytes received)\n", indent,
                received.len - start);
}
