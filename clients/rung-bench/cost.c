#include "cost.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Adds up the numbers behind the names in a file like /proc/self/status; the
 * names end with their colons. */
static uint64_t read_fields(const char *path, const char *const *names)
{
    char line[256];
    uint64_t sum = 0;
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        for (const char *const *name = names; *name != NULL; name++) {
            unsigned long long n;
            size_t len = strlen(*name);
            if (strncmp(line, *name, len) == 0 &&
                sscanf(line + len, "%llu", &n) == 1)
                sum += n;
        }
    if (file != NULL)
        fclose(file);
    return sum;
}

/* The numbers in /proc/PID/status are the first thread's alone. */
static bool count_switches(pid_t pid, uint64_t *switches)
{
    static const char *const names[] = {"voluntary_ctxt_switches:",
                                        "nonvoluntary_ctxt_switches:", NULL};
    char path[512];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return false;
    *switches = 0;
    for (struct dirent *d = readdir(tasks); d != NULL; d = readdir(tasks)) {
        snprintf(path, sizeof path, "/proc/%d/task/%.64s/status", (int)pid,
                 d->d_name);
        if (d->d_name[0] != '.')
            *switches += read_fields(path, names);
    }
    closedir(tasks);
    return true;
}

bool cost_look(struct cost *cost, pid_t pid)
{
    static const char *const names[] = {"VmRSS:", NULL};
    char path[64];
    struct timespec cpu;
    clockid_t clock;
    errno = clock_getcpuclockid(pid, &clock);
    if (errno != 0 || clock_gettime(clock, &cpu) < 0)
        return false;
    cost->cpu = (int64_t)cpu.tv_sec * 1000000000 + cpu.tv_nsec;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    cost->resident = read_fields(path, names) * 1024;
    return count_switches(pid, &cost->switches);
}
