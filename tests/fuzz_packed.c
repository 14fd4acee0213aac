/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer against what reads a run that came as one file: as it is, and as gzip, which nobody
 * would hit by chance. A short run is a test; for a long one:
 * fuzz_packed -max_total_time=600 -dict=tests/fuzz_packed.dict CORPUS tests/fuzz_packed_seed.html
 */
#include "run/packed/gzip.h"
#include "run/packed/packed_run.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int condition)
{
    if (!condition)
        abort();
}

/* Names are the list's own, each once, and the limits hold. */
static void check_files(const struct packed_files *files)
{
    size_t bytes = 0;
    check(files->count > 0 && files->count <= PACKED_FILES_MAX);
    for (size_t i = 0; i < files->count; i++) {
        const struct packed_file *file = &files->files[i];
        check(packed_name_find(file->name, strlen(file->name)) == file->name);
        check(packed_files_find(files, file->name) == file);
        check(file->length <= PACKED_FILE_BYTES_MAX && file->bytes[file->length] == '\0');
        bytes += file->length;
    }
    check(bytes == files->bytes && bytes <= PACKED_BYTES_MAX);
}

/* What is refused is told in a line, leaves nothing, and is of the kinds that have an exit code. */
static void check_refusal(const struct packed_files *files, int result, const struct error *error)
{
    check(result == -ENODATA || result == -EBADMSG || result == -EFBIG);
    check(files->count == 0);
    check(error->text[0] != '\0' && !strpbrk(error->text, "\n\033"));
}

static void parse(const void *bytes, size_t length)
{
    struct packed_files files;
    struct error error = {""};
    int result = packed_run_parse(&files, bytes, length, "given", &error);
    if (result < 0)
        check_refusal(&files, result, &error);
    else
        check_files(&files);
    packed_files_finish(&files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char *packed = NULL;
    size_t length = 0;
    parse(data, size);
    check(gzip_pack(data, size, &packed, &length) == 0);
    parse(packed, length);
    free(packed);
    return 0;
}
