/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether this is a guest or a container, and which cgroup version it has. Guests lose time to
 * their host (steal) and wake halted CPUs slowly, so figures of different hypervisors differ. */
#include "measure/machine/section.h"

#include "base/host_file.h"
#include "measure/cgroup/cpu_quota.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

struct signature {
    const char *text;
    const char *name;
};

static const struct signature cpuid_signatures[] = {
    {"KVMKVMKVM", "kvm"},        {"VMwareVMware", "vmware"},
    {"Microsoft Hv", "hyper-v"}, {"XenVMMXenVMM", "xen"},
    {"TCGTCGTCGTCG", "qemu"},    {"bhyve bhyve ", "bhyve"},
    {"ACRNACRNACRN", "acrn"},    {NULL, NULL},
};

static const struct signature dmi_signatures[] = {
    {"VMware", "vmware"},
    {"VirtualBox", "virtualbox"},
    {"innotek GmbH", "virtualbox"},
    {"Parallels", "parallels"},
    {"Xen", "xen"},
    {"BHYVE", "bhyve"},
    {"Virtual Machine", "hyper-v"},
    {"KVM", "kvm"},
    {"QEMU", "qemu"},
    {"Amazon EC2", "amazon"},
    {"Google Compute Engine", "google"},
    {"OpenStack", "kvm"},
    {NULL, NULL},
};

static const struct signature container_groups[] = {
    {"/docker", "docker"}, {"/kubepods", "kubernetes"},           {"/lxc", "lxc"},
    {"/libpod", "podman"}, {"/machine.slice/", "systemd-nspawn"}, {NULL, NULL},
};

static const char *match(const struct signature *signatures, const char *text)
{
    for (; signatures->text; signatures++)
        if (strstr(text, signatures->text))
            return signatures->name;
    return NULL;
}

/* The hypervisor's own word, where the CPU has a way to ask. NULL: it has not, or says nothing. */
static const char *ask_cpu(void)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned registers[4] = {0};
    char signature[13] = "";
    __cpuid(0x40000000, registers[0], registers[1], registers[2], registers[3]);
    memcpy(signature, &registers[1], sizeof signature - 1);
    return match(cpuid_signatures, signature);
#else
    (void)cpuid_signatures;
    return NULL;
#endif
}

static const char *ask_dmi(const char *root)
{
    static const char *const files[] = {"product_name", "sys_vendor", "board_vendor",
                                        "bios_vendor"};
    char line[256];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        if (host_file_read_line(root, line, sizeof line, "/sys/class/dmi/id/%s", files[i]) < 0)
            continue;
        const char *name = match(dmi_signatures, line);
        if (name)
            return name;
    }
    return NULL;
}

static int has_hypervisor_flag(const char *root)
{
    char flags[8192] = "";
    section_find_cpuinfo(root, "flags", flags, sizeof flags);
    return strstr(flags, " hypervisor") != NULL;
}

static const char *find_hypervisor(const char *root)
{
    char line[64];
    if (host_file_read_line(root, line, sizeof line, "/sys/hypervisor/type") == 0 &&
        strcmp(line, "xen") == 0)
        return "xen";
    const char *name = ask_dmi(root);
    if (name)
        return name;
    if (!has_hypervisor_flag(root))
        return "none";
    /* Recorded files describe another machine than the CPU at hand. */
    name = root[0] == '\0' ? ask_cpu() : NULL;
    return name ? name : "unknown";
}

static int exists(const char *root, const char *file)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s%s", root, file) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

static void put_container(struct section *section)
{
    char text[16384];
    if (host_file_read_line(section->root, text, 64, "/run/systemd/container") == 0)
        section_put_text(section, "container", text);
    else if (exists(section->root, "/.dockerenv"))
        section_put_text(section, "container", "docker");
    else if (exists(section->root, "/run/.containerenv"))
        section_put_text(section, "container", "podman");
    else if (host_file_read(section->root, text, sizeof text, "/proc/self/cgroup") >= 0 &&
             match(container_groups, text))
        section_put_text(section, "container", match(container_groups, text));
    else
        section_put_text(section, "container", "none");
}

void machine_describe_virtualisation(struct section *section)
{
    section_put_text(section, "hypervisor", find_hypervisor(section->root));
    put_container(section);
    section_read_text(section, "product", "/sys/class/dmi/id/product_name");
    section_read_text(section, "vendor", "/sys/class/dmi/id/sys_vendor");
}

/* What the cgroups above us allow. The file that sets it is left out: its folder is often named
 * after one container. */
static void put_cpu_quota(struct section *section)
{
    struct cpu_quota quota;
    char text[64] = "none";
    cpu_quota_read(&quota, section->root);
    if (quota.version == 0) {
        section_put_not_seen(section, "cpu_quota",
                             "no cgroup hierarchy with the cpu controller is seen");
        return;
    }
    if (quota.cpus > 0)
        snprintf(text, sizeof text, "%.2f CPUs", quota.cpus);
    section_put_text(section, "cpu_quota", text);
}

/* v2 alone has cgroup.controllers at the top; "hybrid" is v1 with v2 beside it for systemd. */
void machine_describe_cgroup(struct section *section)
{
    put_cpu_quota(section);
    if (exists(section->root, "/sys/fs/cgroup/cgroup.controllers"))
        section_put_text(section, "version", "2");
    else if (exists(section->root, "/sys/fs/cgroup/unified/cgroup.controllers"))
        section_put_text(section, "version", "hybrid");
    else if (exists(section->root, "/sys/fs/cgroup/memory"))
        section_put_text(section, "version", "1");
    else
        section_put_not_seen(section, "version", "nothing is mounted at /sys/fs/cgroup");
}
