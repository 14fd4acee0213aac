/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a build without libpq has instead. */
#include "store/postgres_check.h"
#include "store/postgres_cluster.h"
#include "store/postgres_delay.h"

#include <errno.h>

static int refuse(struct error *error)
{
    return error_set(error, -ENOPKG,
                     "this build has no PostgreSQL: install the packages libpq-dev and postgresql, "
                     "and build again");
}

int postgres_check(int64_t delay_us, struct error *error)
{
    (void)delay_us;
    return refuse(error);
}

int postgres_describe(char *text, size_t size, struct error *error)
{
    (void)text;
    (void)size;
    return refuse(error);
}

int postgres_cluster_start(struct postgres_cluster *cluster,
                           const struct postgres_cluster_options *options, struct error *error)
{
    (void)cluster;
    (void)options;
    return refuse(error);
}

int postgres_cluster_stop(struct postgres_cluster *cluster)
{
    (void)cluster;
    return 0;
}

int postgres_cluster_cpu_ns(const struct postgres_cluster *cluster, int64_t *cpu_ns)
{
    (void)cluster;
    (void)cpu_ns;
    return -ESRCH;
}

int postgres_delay_prepare(const char *conninfo, int64_t delay_us, struct error *error)
{
    (void)conninfo;
    (void)delay_us;
    return refuse(error);
}
