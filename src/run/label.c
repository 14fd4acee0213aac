/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/label.h"

#include "base/utf8.h"
#include "run/machine_json.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Room for ", 1024 CPUs, VirtualBox" behind a CPU's name. */
#define CPU_SIZE (RUN_LABEL_SIZE - 26)

/* Names of CPUs are longer, but not by more than this. */
#define MODEL_SIZE 256

bool run_label_is_fit(const char *text)
{
    char shown[RUN_LABEL_SIZE];
    size_t length = strlen(text);
    if (length == 0 || length >= sizeof shown || text[0] == ' ' || text[length - 1] == ' ')
        return false;
    utf8_printable(shown, sizeof shown, text);
    return strcmp(shown, text) == 0;
}

/* "(R)", "(TM)" and the like, wherever they stand. */
static void remove_marks(char *text)
{
    static const char *const marks[] = {"(R)", "(r)", "(TM)", "(tm)"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t length = strlen(marks[i]);
        for (char *found = strstr(text, marks[i]); found; found = strstr(found, marks[i]))
            memmove(found, found + length, strlen(found + length) + 1);
    }
}

static bool ends_with(const char *word, const char *end)
{
    size_t length = strlen(word);
    return length >= strlen(end) && strcmp(word + length - strlen(end), end) == 0;
}

/* What tells no CPU from another, or is said elsewhere: "64-Core Processor", "CPU" before a speed
 * or at the end. */
static bool is_filler(const char *word, const char *rest)
{
    if (strcmp(word, "CPU") == 0)
        return !rest || rest[strspn(rest, " ")] == '\0' || rest[strspn(rest, " ")] == '@';
    return strcmp(word, "Processor") == 0 || ends_with(word, "-Core");
}

/* Where the CPU's name ends: "@ 2.90GHz", "with Radeon Graphics". */
static bool is_end(const char *word)
{
    return word[0] == '@' || strcmp(word, "with") == 0;
}

/* "AMD EPYC 7763" of "AMD EPYC 7763 64-Core Processor"; `name` has MODEL_SIZE bytes. */
static void shorten_model(const char *model, char *name)
{
    char words[MODEL_SIZE];
    size_t used = 0;
    utf8_printable(words, sizeof words, model);
    remove_marks(words);
    char *rest = words;
    name[0] = '\0';
    for (char *word = strsep(&rest, " "); word && !is_end(word); word = strsep(&rest, " "))
        if (word[0] != '\0' && !is_filler(word, rest))
            used +=
                (size_t)snprintf(name + used, MODEL_SIZE - used, "%s%s", used > 0 ? " " : "", word);
    if (used == 0)
        utf8_printable(name, MODEL_SIZE, model);
}

/* Some architectures' kernels name no CPU. */
static void write_cpu(const json_t *machine, char cpu[CPU_SIZE])
{
    static const char *const paths[] = {"cpu.model", "cpu.vendor", "kernel.architecture"};
    char name[MODEL_SIZE] = "unknown CPU";
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const char *text = machine_find_text(machine, paths[i]);
        if (text && text[strspn(text, " ")] != '\0') {
            shorten_model(text, name);
            break;
        }
    }
    utf8_printable(cpu, CPU_SIZE, name);
}

/* As their makers write them; NULL where the file does not say. A word that is not here is of
 * another version. */
static const char *hypervisor_word(const json_t *machine)
{
    static const struct {
        const char *name;
        const char *word;
    } words[] = {
        {"none", "not virtual"},    {"kvm", "KVM"},       {"vmware", "VMware"},
        {"hyper-v", "Hyper-V"},     {"xen", "Xen"},       {"qemu", "QEMU"},
        {"bhyve", "bhyve"},         {"acrn", "ACRN"},     {"virtualbox", "VirtualBox"},
        {"parallels", "Parallels"}, {"amazon", "Amazon"}, {"google", "Google"},
        {"unknown", "virtual"},
    };
    const char *hypervisor = machine_find_text(machine, "virtualisation.hypervisor");
    for (size_t i = 0; hypervisor && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, hypervisor) == 0)
            return words[i].word;
    return hypervisor ? "virtual" : NULL;
}

static void derive(const json_t *machine, char label[RUN_LABEL_SIZE])
{
    char cpu[CPU_SIZE];
    char count[32] = "";
    char all[CPU_SIZE + 64];
    int64_t cpus = json_integer_value(machine_find(machine, "cpu.logical_cpus"));
    const char *hypervisor = hypervisor_word(machine);
    write_cpu(machine, cpu);
    if (cpus > 0 && cpus < 100000)
        snprintf(count, sizeof count, ", %d CPU%s", (int)cpus, cpus > 1 ? "s" : "");
    snprintf(all, sizeof all, "%s%s%s%s", cpu, count, hypervisor ? ", " : "",
             hypervisor ? hypervisor : "");
    snprintf(label, RUN_LABEL_SIZE, "%.*s", RUN_LABEL_SIZE - 1, all);
}

void run_label(const json_t *machine, char *text, size_t size)
{
    char label[RUN_LABEL_SIZE] = "";
    const char *given = machine_find_text(machine, "label");
    if (given)
        utf8_printable(label, sizeof label, given);
    if (label[strspn(label, " ")] == '\0')
        derive(machine, label);
    utf8_printable(text, size, label);
}
