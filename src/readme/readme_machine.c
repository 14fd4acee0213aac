/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was measured on, with what, and how long that takes. */
#include "base/text.h"
#include "readme/readme_section.h"
#include "run/machine_json.h"
#include "run/measurement_version.h"

#include <errno.h>
#include <hwloc.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static bool read_time(const json_t *machine, const char *path, time_t *seconds)
{
    struct tm utc = {0};
    const char *text = machine_find_text(machine, path);
    if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc))
        return false;
    *seconds = timegm(&utc);
    return true;
}

/* At least one; 0 for a run that does not say. */
static long minutes_of(const json_t *machine)
{
    time_t started;
    time_t ended;
    if (!read_time(machine, "started_utc", &started) || !read_time(machine, "ended_utc", &ended))
        return 0;
    return lround(fmax(difftime(ended, started) / 60, 1));
}

static void write_duration(const json_t *machine, FILE *out)
{
    long minutes = minutes_of(machine);
    if (minutes > 0)
        fprintf(out, "%ld minute%s", minutes, minutes == 1 ? "" : "s");
    else
        fputs("some time", out);
}

static void write_command_line(const char *command, const json_t *machine, const char *what,
                               FILE *out)
{
    fprintf(out, "    ./run_all.sh %-15sabout ", command);
    write_duration(machine, out);
    fprintf(out, ": %s\n", what);
}

int readme_commands(struct readme *readme)
{
    const struct recorded_run *quick = readme->runs->quick;
    int result = recorded_run_need_machine(quick, readme->error);
    if (result < 0)
        return result;
    write_command_line("--quick", quick->machine, "verdicts where they are clear", readme->out);
    write_command_line("", readme->machine, "with intervals and verdicts", readme->out);
    fputs("    ./run_all.sh compare RUN RUN\n", readme->out);
    return 0;
}

static const char *text_of(const struct readme *readme, const char *path)
{
    const char *text = machine_find_text(readme->machine, path);
    return text ? text : "unknown";
}

static const char *hypervisor_name(const char *name)
{
    static const struct {
        const char *name;
        const char *shown;
    } names[] = {{"kvm", "KVM"},         {"xen", "Xen"},       {"vmware", "VMware"},
                 {"hyper-v", "Hyper-V"}, {"amazon", "Amazon"}, {"google", "Google"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].shown;
    return name;
}

/* "5.3.0-0-g54eaed1d..." names the commit, too, which tells a reader nothing. */
static int version_length(const char *version)
{
    return (int)strcspn(version, "-");
}

static void write_software(const struct readme *readme, FILE *out)
{
    const char *kernel = text_of(readme, "kernel.release");
    const char *jemalloc = machine_find_text(readme->machine, "software.jemalloc");
    fprintf(out, "Linux %.*s, glibc %s, libuv %s", version_length(kernel), kernel,
            text_of(readme, "software.libc"), text_of(readme, "software.libuv"));
    if (jemalloc)
        fprintf(out, ", jemalloc %.*s", version_length(jemalloc), jemalloc);
}

static int count_cpus(const struct readme *readme, const char *path)
{
    const char *list = machine_find_text(readme->machine, path);
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    int count = 0;
    if (list && cpus && hwloc_bitmap_list_sscanf(cpus, list) == 0)
        count = hwloc_bitmap_weight(cpus);
    hwloc_bitmap_free(cpus);
    return count;
}

static void write_placement(const struct readme *readme, FILE *out)
{
    if (json_is_true(machine_find(readme->machine, "placement.shared")))
        fputs("shared by server and clients", out);
    else
        fprintf(out, "%d for the server and %d for its clients",
                count_cpus(readme, "placement.server_cpus"),
                count_cpus(readme, "placement.client_cpus"));
}

/* The first is the program and its command, as two words. */
static void write_word(size_t number, const char *word, FILE *out)
{
    if (number == 0) {
        fputs(word, out);
        return;
    }
    fputc(' ', out);
    text_write_shell_word(word, out);
}

/* As it was typed, but for the folder, which whoever repeats it names otherwise. */
static void write_command(const struct readme *readme, FILE *out)
{
    const json_t *words = machine_find(readme->machine, "command_line");
    bool skipped = false;
    fputs("`build/", out);
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        bool is_value = skipped;
        skipped = word && strcmp(word, "--output") == 0;
        if (word && !is_value && strncmp(word, "--output", 8) != 0)
            write_word(i, word, out);
    }
    fputc('`', out);
}

int readme_environment(struct readme *readme)
{
    struct readme_words words;
    const char *hypervisor = text_of(readme, "virtualisation.hypervisor");
    bool is_guest = strcmp(hypervisor, "none") != 0;
    int64_t version = machine_measurement_version(readme->machine);
    readme_words_begin(&words);
    fprintf(words.out, "On a %s with %.0f CPUs (%s, ", is_guest ? "virtual machine" : "machine",
            readme_number(readme->machine, "cpu.logical_cpus"), text_of(readme, "cpu.model"));
    if (is_guest)
        fprintf(words.out, "%s, ", hypervisor_name(hypervisor));
    write_software(readme, words.out);
    fputs("), ", words.out);
    write_placement(readme, words.out);
    fputs(", ", words.out);
    write_command(readme, words.out);
    fputs(" took ", words.out);
    write_duration(readme->machine, words.out);
    fputs(" and said what follows.", words.out);
    if (version != MEASUREMENT_VERSION)
        fprintf(words.out,
                " **The run is of measurement version %" PRId64
                ", the code is of version %d: times "
                "and rates are not what it would say today.**",
                version, MEASUREMENT_VERSION);
    readme_words_end(&words, readme->out);
    return 0;
}
