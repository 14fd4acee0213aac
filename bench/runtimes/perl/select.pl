# SPDX-License-Identifier: GPL-3.0-or-later

# An echo server in Perl: one loop over select(2), with core modules alone; of Perl's threads its own
# documentation says not to use them. What this adds is the way to wait from before epoll: the kernel is
# asked about each connection again at each turn, so that idle ones cost time.
#
# Perl 5.14 or later. No core module raises the limit on open files.

use strict;
use warnings;
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);

$SIG{PIPE} = 'IGNORE';
STDOUT->autoflush(1);

my ($option, $host) = @ARGV;
$host = '127.0.0.1' unless ($option // '') eq '--host';
my $listener = IO::Socket::INET->new(LocalAddr => $host, LocalPort => 0, Listen => 4096)
  or die "listen: $@";
$listener->blocking(0);
my $readers = IO::Select->new($listener, \*STDIN);
my $writers = IO::Select->new;
my $waiters = 0;
my $questions = '';
my %rest;    # what a peer has not taken yet: nothing more is read from it until that is gone

sub drop {
    my ($connection) = @_;
    $readers->remove($connection);
    $writers->remove($connection);
    delete $rest{$connection};
    $connection->close;
    $waiters--;
}

sub welcome {
    while (my $connection = $listener->accept) {
        $connection->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
        $connection->blocking(0);
        $readers->add($connection);
        $waiters++;
    }
}

sub send_rest {
    my ($connection) = @_;
    my $sent = $connection->syswrite($rest{$connection});
    return drop($connection) unless defined $sent or $!{EAGAIN};
    substr($rest{$connection}, 0, $sent // 0, '');
    if ($rest{$connection} eq '') {
        delete $rest{$connection};
        $writers->remove($connection);
        $readers->add($connection);
    }
    else {
        $readers->remove($connection);
        $writers->add($connection);
    }
}

sub receive {
    my ($connection) = @_;
    my $got = $connection->sysread(my $bytes, 4096);
    return if not defined $got and $!{EAGAIN};
    return drop($connection) unless $got;
    $rest{$connection} = $bytes;
    send_rest($connection);
}

sub answer {
    sysread(STDIN, $questions, 4096, length $questions) or exit 0;
    while ($questions =~ s/^(.*)\n//) {
        if ($1 eq 'waiters') {
            print "waiters $waiters\n";
        }
        elsif ($1 eq 'stats') {
            my @threads = glob '/proc/self/task/*';
            printf "model loop\nruntime Perl %vd\nruntime_threads %d\nend\n", $^V, scalar @threads;
        }
    }
}

printf "listening %d\n", $listener->sockport;
while (my ($readable, $writable) = IO::Select->select($readers, $writers)) {
    for my $ready (@$readable) {
        if    ($ready == $listener) { welcome() }
        elsif ($ready == \*STDIN)   { answer() }
        else                        { receive($ready) }
    }
    send_rest($_) for @$writable;
}
