// SPDX-License-Identifier: GPL-3.0-or-later

// An echo server in Node.js: one event loop (libuv's) and callbacks, with the standard library's net.
//
// What a waiter costs beside our loop on the same libuv is JavaScript's two streams of each socket. It is
// garbage-collected heap, which grows in leaps.
//
// Node.js 12 or later. It raises the soft limit on open files itself.
'use strict';

const fs = require('fs');
const net = require('net');
const readline = require('readline');

let waiters = 0;

const server = net.createServer((socket) => {
  waiters += 1;
  socket.setNoDelay(true);
  socket.on('error', () => {}); // a reset; 'close' follows
  socket.on('close', () => {
    waiters -= 1;
  });
  socket.pipe(socket);
});

const at = process.argv.indexOf('--host');
const host = at < 0 ? '127.0.0.1' : process.argv[at + 1];

server.listen({ host, port: 0, backlog: 4096 }, () => {
  console.log(`listening ${server.address().port}`);
});

function stats() {
  const threads = fs.readdirSync('/proc/self/task').length;
  return `model loop\nruntime Node.js ${process.versions.node}\nruntime_threads ${threads}\nend`;
}

readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'waiters') console.log(`waiters ${waiters}`);
    else if (line === 'stats') console.log(stats());
  })
  .on('close', () => process.exit(0));
