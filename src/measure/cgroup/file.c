/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/cgroup/file.h"

#include "base/text.h"
#include "measure/cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool cgroup_words_have(const char *words, const char *separators, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = words; *at != '\0';) {
        const size_t span = strcspn(at, separators);
        if (span == length && strncmp(at, word, length) == 0)
            return true;
        at += span;
        at += strspn(at, separators);
    }
    return false;
}

bool cgroup_file_lists(const char *directory, const char *file, const char *word)
{
    char path[CGROUP_PATH_SIZE + 64];
    char words[1024];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    return text_read_file(path, words, sizeof words) >= 0 && cgroup_words_have(words, " \n", word);
}

int cgroup_file_write(const char *directory, const char *file, const char *text)
{
    char path[CGROUP_PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    /* The kernel takes such a text whole or not at all. */
    int result = write(fd, text, strlen(text)) < 0 ? -errno : 0;
    close(fd);
    return result;
}
