#!/usr/bin/env escript
%% SPDX-License-Identifier: GPL-3.0-or-later
%%
%% An echo server in Erlang: a process for each connection, which reads when it wants to ({active, false}).
%% Whoever has accepted starts the next to accept, and serves, so that no socket changes hands.
%%
%% Of a waiter's user memory the process is 2.6 KiB (process_info(Pid, memory)); its socket is a port, which
%% is not on its heap, and holds the buffer of 1,460 bytes that the read waits with.
%%
%% Erlang/OTP 21.2 or later (counters). The machine takes the limit on open files as it finds it.

-mode(compile). % else escript interprets it line by line

main(Arguments) ->
    {ok, Address} = inet:parse_ipv4_address(host(Arguments)),
    Waiters = counters:new(1, [atomics]),
    {ok, Listener} = gen_tcp:listen(0, [binary, {ip, Address}, {active, false},
                                        {nodelay, true}, {backlog, 4096}]),
    {ok, Port} = inet:port(Listener),
    spawn(fun() -> accept(Listener, Waiters) end),
    io:format("listening ~b~n", [Port]),
    answer(Waiters).

%% The address to listen on: what stands behind --host, or loopback's.
host(["--host", Host]) -> Host;
host(_) -> "127.0.0.1".

accept(Listener, Waiters) ->
    {ok, Socket} = gen_tcp:accept(Listener),
    spawn(fun() -> accept(Listener, Waiters) end),
    counters:add(Waiters, 1, 1),
    echo(Socket),
    counters:sub(Waiters, 1, 1).

echo(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Bytes} ->
            case gen_tcp:send(Socket, Bytes) of
                ok -> echo(Socket);
                {error, _} -> gen_tcp:close(Socket)
            end;
        {error, _} ->
            gen_tcp:close(Socket)
    end.

answer(Waiters) ->
    case io:get_line("") of
        "waiters\n" ->
            io:format("waiters ~b~n", [counters:get(Waiters, 1)]),
            answer(Waiters);
        "stats\n" ->
            {ok, Threads} = file:list_dir("/proc/self/task"),
            io:format("model processes~nruntime Erlang/OTP ~s~nruntime_threads ~b~nend~n",
                      [erlang:system_info(otp_release), length(Threads)]),
            answer(Waiters);
        eof ->
            halt(0, [{flush, false}]) % what peers have not read must not hold the end back
    end.
