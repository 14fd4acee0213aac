-- SPDX-License-Identifier: GPL-3.0-or-later

-- An echo server in Lua: libuv's event loop, as our loop in C and as Node.js has it, by the binding luv.
-- What differs from either is what the language above libuv costs.
--
-- Lua 5.4 with luv 1.43 or later (in Debian lua-luv). Nothing in it raises the limit on open files.

local uv = require("luv")

-- A peer that has gone away is an error of its connection. libuv writes without MSG_NOSIGNAL.
local broken_pipe = uv.new_signal()
broken_pipe:start("sigpipe", function() end)

local waiters = 0

local function serve(connection)
  waiters = waiters + 1
  connection:nodelay(true)
  connection:read_start(function(failure, bytes)
    if bytes and not failure then
      connection:write(bytes)
    elseif not connection:is_closing() then
      waiters = waiters - 1
      connection:close()
    end
  end)
end

local server = uv.new_tcp()
assert(server:bind(arg[1] == "--host" and arg[2] or "127.0.0.1", 0))
assert(server:listen(4096, function(failure)
  assert(not failure, failure)
  local connection = uv.new_tcp()
  assert(server:accept(connection))
  serve(connection)
end))

local function say(...)
  io.stdout:write(string.format(...))
  io.stdout:flush()
end

-- The kernel's threads, none of which is a waiter.
local function threads()
  local count = 0
  for _ in uv.fs_scandir_next, assert(uv.fs_scandir("/proc/self/task")) do
    count = count + 1
  end
  return count
end

local function answer(question)
  if question == "waiters" then
    say("waiters %d\n", waiters)
  elseif question == "stats" then
    say("model loop\nruntime %s, libuv %s\nruntime_threads %d\nend\n", _VERSION, uv.version_string(), threads())
  end
  return "" -- in place of the question
end

local questions, rest = uv.new_pipe(false), ""
assert(questions:open(0))
questions:read_start(function(failure, bytes)
  if failure or not bytes then
    os.exit(0)
  end
  rest = (rest .. bytes):gsub("([^\n]*)\n", answer)
end)

say("listening %d\n", server:getsockname().port)
uv.run()
