/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in every figure and shows in none: what mitigations add to a system call, whether libuv
 * may go around system calls, and whose time interrupts are. */
#include "measure/machine/section.h"

#include "base/host_file.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <uv.h>

/* ---- Mitigations ---- */

/* The last mitigations= of the kernel's command line counts, as it does for the kernel. */
static void put_mitigations_option(struct section *section)
{
    static const char option[] = "mitigations=";
    char line[8192];
    const char *found = NULL;
    int result = host_file_read_line(section->root, line, sizeof line, "/proc/cmdline");
    if (result < 0) {
        section_put_not_seen(section, "command_line", "/proc/cmdline cannot be read");
        return;
    }
    for (char *rest = line, *word; (word = strsep(&rest, " ")) != NULL;)
        if (strncmp(word, option, strlen(option)) == 0)
            found = word + strlen(option);
    section_put_text(section, "command_line", found ? found : "none given");
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Each file holds one line: "Mitigation: ...", "Vulnerable" or "Not affected". */
void machine_describe_mitigations(struct section *section)
{
    static const char directory[] = "/sys/devices/system/cpu/vulnerabilities";
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s", section->root, directory) >= (int)sizeof path)
        return;
    struct dirent **files;
    int count = scandir(path, &files, is_visible, alphasort);
    if (count < 0) {
        section_put_not_seen(section, "all", "the kernel shows no vulnerabilities folder");
        return;
    }
    put_mitigations_option(section);
    for (int i = 0; i < count; i++) {
        char line[1024];
        if (host_file_read_line(section->root, line, sizeof line, "%s/%s", directory,
                                files[i]->d_name) == 0)
            section_put_text(section, files[i]->d_name, line);
        free(files[i]);
    }
    free(files);
}

/* ---- io_uring ---- */

/* libuv of 1.45 and later hands its epoll_ctl calls to the kernel in batches through io_uring. */
#define LIBUV_WITH_IO_URING ((1 << 16) | (45 << 8))

#define IO_URING_PARAMETERS_BYTES 120

/* The kernel's word: a ring is asked for, and closed at once. Returns 0 or -errno. */
static int try_io_uring(void)
{
#ifdef SYS_io_uring_setup
    /* struct io_uring_params, which older headers lack: zeros ask for nothing special. */
    _Alignas(8) unsigned char parameters[IO_URING_PARAMETERS_BYTES] = {0};
    long ring = syscall(SYS_io_uring_setup, 1, parameters);
    if (ring < 0)
        return -errno;
    close((int)ring);
    return 0;
#else
    return -ENOSYS;
#endif
}

static void put_setup(struct section *section, int result)
{
    if (result == 0)
        section_put_text(section, "setup", "available");
    else if (result == -EPERM || result == -EACCES)
        section_put_text(section, "setup", "denied");
    else if (result == -ENOSYS)
        section_put_text(section, "setup", "not built");
    else
        section_put_not_seen(section, "setup", strerror(-result));
}

void machine_describe_io_uring(struct section *section)
{
    section_read_int64(section, "disabled", "/proc/sys/kernel/io_uring_disabled");
    if (section->root[0] != '\0') {
        section_put_not_seen(section, "setup", "recorded files cannot be asked for a ring");
        section_put_not_seen(section, "libuv_can_use", "recorded files cannot be asked for a ring");
        return;
    }
    int result = try_io_uring();
    put_setup(section, result);
    json_object_set_new(section->object, "libuv_can_use",
                        json_boolean(result == 0 && uv_version() >= LIBUV_WITH_IO_URING));
}

/* ---- Time of interrupts ---- */

#define IRQ_OPTION "CONFIG_IRQ_TIME_ACCOUNTING"
/* So many ticks of 10 ms hold interrupts that are seen if they are counted at all. */
#define TICKS_ENOUGH 100000

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NONE };

/* NULL when there is no such file. The caller closes it with pclose. */
static FILE *open_config(const struct section *section, const char *path, const char *program)
{
    char file[PATH_MAX];
    char command[PATH_MAX + 64];
    if (snprintf(file, sizeof file, "%s%s", section->root, path) >= (int)sizeof file ||
        strchr(file, '\'') || access(file, R_OK) < 0)
        return NULL;
    snprintf(command, sizeof command, "%s '%s' 2>/dev/null", program, file);
    return popen(command, "re");
}

static enum answer find_option(FILE *config)
{
    char line[256];
    enum answer answer = ANSWER_NONE;
    while (fgets(line, sizeof line, config)) {
        if (strncmp(line, IRQ_OPTION "=y", strlen(IRQ_OPTION "=y")) == 0)
            answer = ANSWER_YES;
        else if (strncmp(line, "# " IRQ_OPTION " is", strlen("# " IRQ_OPTION " is")) == 0)
            answer = ANSWER_NO;
    }
    return answer;
}

/* The running kernel's configuration, where it or its distribution shows it. */
static enum answer ask_config(const struct section *section, const char **source)
{
    char boot[128];
    struct utsname name;
    enum answer answer = ANSWER_NONE;
    *source = "/proc/config.gz";
    FILE *config = open_config(section, *source, "gzip -dc");
    if (!config && uname(&name) == 0) {
        snprintf(boot, sizeof boot, "/boot/config-%.80s", name.release);
        *source = "/boot/config";
        config = open_config(section, boot, "cat");
    }
    if (config) {
        answer = find_option(config);
        pclose(config);
    }
    return answer;
}

/* A kernel that samples with a timer interrupt never meets another interrupt's handler with it, for
 * handlers run with interrupts off: its irq time is 0 for ever. One that measures soon has some. */
static enum answer ask_stat(const struct section *section)
{
    char line[256];
    int64_t ticks[7] = {0};
    int64_t all = 0;
    if (host_file_read_line(section->root, line, sizeof line, "/proc/stat") < 0)
        return ANSWER_NONE;
    if (sscanf(line,
               "cpu %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64
               " %" SCNd64,
               &ticks[0], &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5], &ticks[6]) != 7)
        return ANSWER_NONE;
    for (int i = 0; i < 7; i++)
        all += ticks[i];
    if (ticks[5] > 0)
        return ANSWER_YES;
    return all >= TICKS_ENOUGH ? ANSWER_NO : ANSWER_NONE;
}

void machine_describe_irq_time(struct section *section)
{
    const char *source;
    enum answer answer = ask_config(section, &source);
    if (answer == ANSWER_NONE) {
        answer = ask_stat(section);
        source = "/proc/stat";
    }
    if (answer == ANSWER_NONE) {
        section_put_not_seen(section, "irq_time_accounting",
                             "neither /proc/config.gz nor /boot/config tells, and the machine is "
                             "up too briefly for /proc/stat to tell");
        return;
    }
    json_object_set_new(section->object, "irq_time_accounting", json_boolean(answer == ANSWER_YES));
    section_put_text(section, "irq_time_accounting_source", source);
}
