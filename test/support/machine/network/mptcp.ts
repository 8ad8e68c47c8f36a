import { type Program, startProgram } from '../program.ts'

/** `IPPROTO_MPTCP` of include/uapi/linux/in.h, by which Go 1.24 and newer listen wherever the kernel has it. Node cannot. */
const MPTCP = 262

/** Prints its port, and echoes on every connection until its standard input closes. */
const SERVER = `
use strict; use Socket; use IO::Select; $| = 1;
socket(my $l, PF_INET, SOCK_STREAM, ${MPTCP}) or die "socket: $!"; bind($l, sockaddr_in(0, INADDR_LOOPBACK)) or die "bind: $!";
listen($l, 16) or die "listen: $!"; print +(sockaddr_in(getsockname($l)))[0], "\\n";
my $open = IO::Select->new(\\*STDIN, $l);
for (;;) {
  for my $s ($open->can_read) {
    if ($s == $l) { my $c; accept($c, $l) and $open->add($c); next }
    my $count = sysread($s, my $data, 65536);
    exit if !$count && $s == \\*STDIN;
    if ($count) { syswrite($s, $data) } else { $open->remove($s); close $s }
  }
}`

/**
 * A client with these commands: `open 127.0.0.1 PORT` connects, `send BYTES` writes that many and waits for the echo, `close`
 * closes the connection.
 */
const CLIENT = `
use strict; use Socket; $| = 1; my $s;
while (<STDIN>) {
  my ($command, @more) = split; my $number = $more[-1];
  if ($command eq 'open') {
    socket($s, PF_INET, SOCK_STREAM, ${MPTCP}) or die "socket: $!"; connect($s, sockaddr_in($number, INADDR_LOOPBACK)) or die "connect: $!";
  } elsif ($command eq 'send') {
    for (my $left = $number; $left > 0; $left -= 1000) {
      my $size = $left < 1000 ? $left : 1000; syswrite($s, 'x' x $size);
      while ($size > 0) { $size -= sysread($s, my $data, $size) || die "no echo: $!" }
    }
  } else { close $s }
  print "$command\\n";
}`

/** An echo server that listens on a port of 127.0.0.1 by MPTCP. @param netns name of the network namespace to run in */
export const startMptcpServer = async (netns: string): Promise<Program & { readonly port: number }> => {
  const server = startProgram(['perl', '-e', SERVER], { netns })
  return { ...server, port: Number(await server.ask('')) }
}

/** A client over MPTCP that does as told. @param netns name of the network namespace to run in */
export const startMptcpClient = (netns: string): Program => startProgram(['perl', '-e', CLIENT], { netns })
