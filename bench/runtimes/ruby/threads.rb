# SPDX-License-Identifier: GPL-3.0-or-later

# An echo server in Ruby: a thread for each connection. Threads are the kernel's; the interpreter's lock
# is held by one at a time, and by none that waits.
#
# A thread that has ended is kept for a while for those to come: the kernel counts it, `waiters` does not.
#
# Ruby 2.5 or later. No event loop stands beside it: Ruby's schedulers of fibers are gems.

require "socket"

Process.setrlimit(:NOFILE, Process.getrlimit(:NOFILE).last)

$stdout.sync = true
Thread.report_on_exception = false

lock = Mutex.new
waiters = 0

serve = lambda do |connection|
  connection.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
  lock.synchronize { waiters += 1 }
  loop { connection.write(connection.readpartial(4096)) }
rescue EOFError, SystemCallError
  nil # the peer has closed, or reset it
ensure
  connection.close
  lock.synchronize { waiters -= 1 }
end

server = TCPServer.new(ARGV[0] == "--host" ? ARGV[1] : "127.0.0.1", 0)
server.listen(4096)
acceptor = Thread.new do
  loop { Thread.new(server.accept, &serve) }
end
acceptor.abort_on_exception = true

puts "listening #{server.addr[1]}"
$stdin.each_line(chomp: true) do |question|
  case question
  when "waiters"
    puts "waiters #{lock.synchronize { waiters }}"
  when "stats"
    threads = Dir.children("/proc/self/task").size - lock.synchronize { waiters }
    puts "model threads\nruntime Ruby #{RUBY_VERSION}\nruntime_threads #{threads}\nend"
  end
end
exit!(0) # `exit` would end each thread in turn
