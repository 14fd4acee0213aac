/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer against what the web servers do with a connection's bytes: replies must not depend on
 * how these were cut, nor on whether turns were parked, and must be whole responses of HTTP. A
 * short run is a test, and WEB_FUZZ_SECONDS makes it longer; or by hand: fuzz_web
 * -max_total_time=600 -dict=tests/fuzz_web.dict CORPUS */
#include "web_driver.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
    if (!condition)
        abort();
}

/* Reads them back. Those to HEAD, which have no body, are taken for what follows by nobody but a
 * client that knows what it asked: here they are not looked at. */
static void check_replies(const struct driver *driver)
{
    struct http_message message;
    size_t at = 0, used;
    http_message_init(&message, HTTP_READS_RESPONSES);
    while (at < driver->length) {
        check(http_message_read(&message, driver->replies + at, driver->length - at, &used) == 1);
        check(message.status >= 200 && message.status <= 505);
        check(message.keep_alive || at + used == driver->length);
        at += used;
    }
}

static bool has_head(const char *bytes, size_t size)
{
    return memmem(bytes, size, "HEAD", 4) != NULL;
}

/* Cuts of every length, which follow from the bytes. */
static void feed_cut(struct driver *driver, const char *bytes, size_t size)
{
    size_t piece = 1;
    for (size_t at = 0; at < size && driver->ended == WEB_READS; at += piece) {
        piece = 1 + ((unsigned char)bytes[at] ^ (at * 7)) % 61;
        if (piece > size - at)
            piece = size - at;
        driver_feed(driver, bytes + at, piece);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct driver whole, cut;
    driver_init(&whole, WEB_REPLIES_BYTES);
    driver_init(&cut, REPLY_BYTES_MAX);
    cut.parks = true;
    driver_feed(&whole, bytes, size);
    feed_cut(&cut, bytes, size);
    check(whole.length == cut.length);
    check(whole.length == 0 || memcmp(whole.replies, cut.replies, cut.length) == 0);
    check(whole.asked == cut.asked);
    /* What comes behind a last request makes only this difference: it is waited for or not. */
    check(whole.ended == cut.ended || whole.shut || cut.shut);
    check((whole.connection.partial == NULL) == (cut.connection.partial == NULL));
    check((whole.connection.partial == NULL) == (whole.connection.deadline_ns == 0) || whole.shut);
    if (!has_head(bytes, size))
        check_replies(&whole);
    driver_finish(&whole);
    driver_finish(&cut);
    return 0;
}
