/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "findself.h"

#include "base/clock.h"
#include "cluster.h"
#include "http/write.h"
#include "stranger.h"
#include "subject/metric.h"
#include "subject/parameter.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum findself_route findself_route(const struct http_reader *request)
{
    const struct http_message *asked = &request->message;
    if (strcmp(asked->method, "GET") == 0 && strcmp(asked->target, "/server_id") == 0)
        return ROUTE_SERVER_ID;
    if (strcmp(asked->method, "POST") == 0 && strcmp(asked->target, "/client-request") == 0)
        return ROUTE_CLIENT_REQUEST;
    return ROUTE_REFUSE;
}

size_t findself_answer_id(const struct findself *self, const struct http_reader *request, char *out)
{
    return http_write_answer(out, HTTP_OK, request->message.keep_alive, self->id);
}

size_t findself_answer_client(const struct address *found, const struct http_reader *request,
                              char *out)
{
    enum http_code status = found ? HTTP_OK : HTTP_SERVICE_UNAVAILABLE;
    return http_write_answer(out, status, request->message.keep_alive,
                             found ? found->text : "does not know itself yet");
}

size_t findself_refuse(const struct http_reader *request, char *out)
{
    bool known = strcmp(request->message.target, "/server_id") == 0 ||
                 strcmp(request->message.target, "/client-request") == 0;
    enum http_code status = known ? HTTP_METHOD_NOT_ALLOWED : HTTP_NOT_FOUND;
    return http_write_answer(out, status, request->message.keep_alive, "not here");
}

size_t findself_refuse_malformed(char *out)
{
    return http_write_answer(out, HTTP_BAD_REQUEST, false, "not understood");
}

size_t findself_write_question(const struct address *address, char *out)
{
    return http_write_request(out, HTTP_MESSAGE_MAX, "GET", "/server_id", address->text, false);
}

int findself_judge(const struct findself *self, const struct http_reader *answer)
{
    if (answer->message.status != HTTP_OK)
        return -EAGAIN;
    return strcmp(answer->message.body, self->id) == 0;
}

void findself_print_listening(const struct findself *self)
{
    printf("listening %d\n", ntohs(self->listen.socket.sin_port));
    fflush(stdout);
}

void findself_note_search(struct findself *self)
{
    self->search_began_ns = clock_now_ns();
}

void findself_print_found(const struct findself *self, const struct address *address)
{
    printf("found %s %" PRId64 " %" PRId64 "\n", address->text, clock_now_ns(),
           self->search_began_ns);
    fflush(stdout);
}

static int make_id(struct findself *self)
{
    unsigned char bytes[FINDSELF_ID_LENGTH / 2];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return -errno;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(self->id + 2 * i, 3, "%02x", bytes[i]);
    return 0;
}

static int run_server(struct findself *self, const char *listen, const char *addresses,
                      struct error *error)
{
    if (address_parse(&self->listen, listen) != 0)
        return error_set(error, -EINVAL, "--listen: '%s' is no HOST:PORT", listen);
    int count = addresses ? address_parse_list(self->addresses, FINDSELF_ADDRESSES_MAX, addresses)
                          : -EINVAL;
    if (count < 0)
        return error_set(error, count, "--addresses: not a list of at most %d HOST:PORT",
                         FINDSELF_ADDRESSES_MAX);
    self->address_count = count;
    int result = make_id(self);
    if (result != 0)
        return error_set(error, result, "no random numbers: %s", strerror(-result));
    int fd = address_listen(&self->listen);
    if (fd < 0)
        return error_set(error, fd, "cannot listen on %s: %s", listen, strerror(-fd));
    findself_print_listening(self);
    return findself_serve(self, fd, error);
}

static int run_cluster(struct cluster *cluster, const struct parameter *parameters,
                       struct error *error)
{
    int result = cluster_run(cluster, error);
    if (result == 0) {
        parameters_print(parameters);
        cluster_print(cluster);
        metric_end();
    }
    cluster_finish(cluster);
    return result;
}

int main(int argc, char **argv)
{
    struct findself self = {.ask_timeout_ms = 200, .retry_ms = 5};
    struct cluster cluster = {
        .clusters = 50, .servers = 5, .requests = 4, .late_ms = 20, .seed = 1};
    const char *listen = NULL, *addresses = NULL, *stranger = NULL;
    cluster.deadline_ms = &self.deadline_ms;
    cluster.search_after_ms = &self.search_after_ms;
    self.deadline_ms = 5000;
    self.search_after_ms = 5;
    const struct parameter parameters[] = {
        {"clusters", "count", "clusters, one after the other", &cluster.clusters, 1, 10000, NULL,
         NULL},
        {"servers", "count", "servers of a cluster", &cluster.servers, 1, CLUSTER_SERVERS_MAX, NULL,
         NULL},
        {"requests", "count", "early requests to each server", &cluster.requests, 1,
         CLUSTER_REQUESTS_MAX, NULL, NULL},
        {"late-ms", "", "servers start at random within this", &cluster.late_ms, 0, 10000, NULL,
         NULL},
        {"seed", "", "of the starts", &cluster.seed, 0, INT64_MAX, NULL, NULL},
        {"deadline-ms", "", "how long an early request waits", &self.deadline_ms, 1, 60000, NULL,
         NULL},
        {"search-after-ms", "", "a server's search begins so late", &self.search_after_ms, 0, 60000,
         NULL, NULL},
        {"listen", NULL, "be one server, at this HOST:PORT, until standard input ends", NULL, 0, 0,
         NULL, &listen},
        {"addresses", NULL, "what that server shares: HOST:PORT,...", NULL, 0, 0, NULL, &addresses},
        {"stranger", NULL, "be somebody else's server, at this HOST:PORT", NULL, 0, 0, NULL,
         &stranger},
        {0},
    };
    struct error error;
    parameters_parse(parameters,
                     "Servers find out which of their addresses is their own. Without --listen, "
                     "clusters of them are started and timed.",
                     argc, argv);
    signal(SIGPIPE, SIG_IGN);
    int result = listen     ? run_server(&self, listen, addresses, &error)
                 : stranger ? stranger_serve(stranger, &error)
                            : run_cluster(&cluster, parameters, &error);
    if (result == 0)
        return EXIT_DONE;
    error_print("%s", error.text);
    return result == -EINVAL ? EXIT_USAGE : EXIT_MEASUREMENT_FAILED;
}
