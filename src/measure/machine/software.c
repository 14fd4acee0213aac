/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernel and its settings, libraries, compiler, environment. */
#include "measure/machine/section.h"

#include <gnu/libc-version.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <uv.h>

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

void machine_describe_kernel(struct section *section)
{
    struct utsname name;
    if (uname(&name) == 0) {
        section_put_text(section, "architecture", name.machine);
        section_put_text(section, "release", name.release);
        section_put_text(section, "version", name.version);
    }
    section_put_int64(section, "page_bytes", sysconf(_SC_PAGESIZE));
    section_read_text(section, "clock_source",
                      "/sys/devices/system/clocksource/clocksource0/current_clocksource");
    section_read_text(section, "clock_sources_available",
                      "/sys/devices/system/clocksource/clocksource0/available_clocksource");
    section_read_choice(section, "huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled");
    section_read_choice(section, "huge_pages_defrag", "/sys/kernel/mm/transparent_hugepage/defrag");
    section_read_text(section, "preemption", "/sys/kernel/debug/sched/preempt");
    section_read_int64(section, "numa_balancing", "/proc/sys/kernel/numa_balancing");
    section_read_int64(section, "autogroup", "/proc/sys/kernel/sched_autogroup_enabled");
}

void machine_describe_software(struct section *section)
{
    section_put_text(section, "libc", gnu_get_libc_version());
    section_put_text(section, "libuv", uv_version_string());
    section_put_text(section, "hwloc", HWLOC_VERSION);
    section_put_text(section, "compiler", COMPILER);
}

static int is_relevant(const char *variable)
{
    static const char *const prefixes[] = {"MALLOC_",     "GLIBC_TUNABLES=",  "UV_",
                                           "LD_PRELOAD=", "LD_LIBRARY_PATH=", "LD_BIND_NOW="};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0)
            return 1;
    return 0;
}

/* Only what changes allocation, libuv or loading: the rest of the environment is private. */
void machine_describe_environment(struct section *section)
{
    for (char *const *variable = environ; *variable; variable++) {
        char name[128];
        size_t length = strcspn(*variable, "=");
        if (!is_relevant(*variable) || length >= sizeof name || (*variable)[length] == '\0')
            continue;
        memcpy(name, *variable, length);
        name[length] = '\0';
        section_put_text(section, name, *variable + length + 1);
    }
}
