import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Program, startProgram } from '../program.ts'

/**
 * Many small servers and short connections, in perl (part of every Debian base system): two hundred processes of Node
 * would take gigabytes.
 */
const LISTENERS = `
use strict; use IO::Socket::INET; $| = 1; my @children;
for (1 .. $ARGV[0]) {
  my $listener = IO::Socket::INET->new(Listen => 128, LocalAddr => '127.0.0.1') or die $!;
  my $pid = fork();
  if (!$pid) { close STDIN; while (my $c = $listener->accept) { sysread($c, my $b, 1); close $c } exit }
  push @children, $pid; print "$pid ", $listener->sockport, "\\n"; close $listener;
}
print "ready\\n"; <STDIN>; kill 'TERM', @children; wait for @children;
`

/**
 * For each line of input, makes COUNT connections to the ports in turn, closes each at once, and then prints `done`.
 */
const CLIENT = `
use strict; use Socket; $| = 1; my ($count, @ports) = @ARGV;
while (<STDIN>) {
  for my $i (0 .. $count - 1) {
    socket(my $s, PF_INET, SOCK_STREAM, 0) or die; connect($s, sockaddr_in($ports[$i % @ports], inet_aton('127.0.0.1'))) or die $!;
    syswrite($s, 'x'); sysread($s, my $b, 1); close $s;
  }
  print "done\\n";
}
`

/**
 * Prints its port, accepts, and reads until the other side closes. It accepts by the system call itself, and has a long queue: whoever
 * does not get into that tries again only after a second.
 */
const SINK = `
use strict; use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(Listen => 4096, LocalAddr => '127.0.0.1') or die; print $l->sockport, "\\n";
while (1) { accept(my $c, $l) or next; sysread($c, my $b, 1); close $c }`

/**
 * Makes as many connections as a line says, then prints `done`; it ends as soon as one cannot be made. Each is reset when it
 * is closed, so that it leaves no TIME_WAIT.
 */
const RESETTING = `
use strict; use Socket; $| = 1; my $to = sockaddr_in($ARGV[0], inet_aton('127.0.0.1'));
while (my $count = <STDIN>) {
  for (1 .. $count) {
    socket(my $s, PF_INET, SOCK_STREAM, 0) or die; setsockopt($s, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) or die;
    connect($s, $to) or die "connect: $!"; close $s;
  }
  print "done\\n";
}`

/** Ends a process by closing its standard input. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}

/** A server process: its pid and the loopback port it listens on. */
export interface Listener {
  readonly pid: number
  readonly port: number
}

/** Starts `count` server processes, each listening on a loopback port of its own. */
export const startListeners = async (
  count: number,
): Promise<{ readonly listeners: readonly Listener[]; end(): Promise<void> }> => {
  const child = spawn('perl', ['-e', LISTENERS, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const listeners: Listener[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') break
    const [pid = 0, port = 0] = line.split(' ').map(Number)
    listeners.push({ pid, port })
  }
  return { listeners, end: () => end(child) }
}

/** Starts a client process that makes `count` short connections, to the ports in turn, each time it is asked to. */
export const startShortClient = (
  count: number,
  ports: readonly number[],
): { readonly pid: number; round(): Promise<void>; end(): Promise<void> } => {
  const child = spawn('perl', ['-e', CLIENT, String(count), ...ports.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  return {
    pid: child.pid as number,
    round: async () => {
      const done = once(lines, 'line')
      child.stdin.write('go\n')
      await done
    },
    end: () => end(child),
  }
}

/** Starts a server that only reads, for {@link startResettingClient}. {@link Program.kill} ends it. */
export const startSink = async (): Promise<Program & { readonly port: number }> => {
  const program = startProgram(['perl', '-e', SINK])
  return { ...program, port: Number(await program.ask('')) }
}

/** Starts a client that makes as many connections as it is asked for, one after the other, and then answers. */
export const startResettingClient = (port: number): Program =>
  startProgram(['perl', '-e', RESETTING, String(port)])
