/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/model.h"

#include <string.h>

static const struct {
    const char *name;
    const char *program;
} models[MODEL_COUNT] = {
    [MODEL_THREADS] = {"threads", "threads"}, [MODEL_LOOP] = {"loop", "loop"},
    [MODEL_LOOPS] = {"loops", "loop"},        [MODEL_POOL] = {"pool", "pool"},
    [MODEL_SOCKETS] = {"sockets", "sockets"},
};

const char *model_name(enum model model)
{
    return models[model].name;
}

const char *model_program(enum model model)
{
    return models[model].program;
}

bool model_find(const char *name, enum model *model)
{
    for (int i = 0; i < MODEL_COUNT; i++)
        if (strcmp(models[i].name, name) == 0) {
            *model = (enum model)i;
            return true;
        }
    return false;
}

bool model_is(const char *name, enum model model)
{
    return strcmp(name, models[model].name) == 0;
}

bool model_is_loop(const char *name)
{
    return model_is(name, MODEL_LOOP) || model_is(name, MODEL_LOOPS);
}
