import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'

/**
 * Traffic made by perl (part of every Debian base system), so that a hundred processes of it weigh little. Each program is told
 * what to do by lines on its standard input, answers with one line each, and ends with its input.
 */
const PRELUDE = `
use strict; use Socket; use IO::Handle; use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep); $| = 1;
my $home = inet_aton('127.0.0.1');
sub listener { socket(my $l, PF_INET, SOCK_STREAM, 0) or die $!; setsockopt($l, SOL_SOCKET, SO_REUSEADDR, 1);
  bind($l, sockaddr_in(0, $home)) or die $!; listen($l, 4096) or die $!; return $l }
sub port { return (sockaddr_in(getsockname($_[0])))[0] }
sub connected { socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!; connect($s, sockaddr_in($_[0], $home)) or die "connect: $!"; return $s }
sub pace { my ($start, $done, $rate) = @_; my $ahead = $start + $done / $rate - clock_gettime(CLOCK_MONOTONIC); sleep($ahead) if $ahead > 0 }
`

/** Processes that accept and keep what they accept (`keep`), or close it once the client has (`close`). */
const SERVERS = `${PRELUDE}
my ($count, $how) = @ARGV; my (@children, @ports);
for (1 .. $count) {
  my $l = listener(); push @ports, port($l); my $pid = fork();
  if (!$pid) { close STDIN; my @kept; while (accept(my $c, $l)) { if ($how eq 'keep') { push @kept, $c } else { sysread($c, my $b, 1); close $c } } exit }
  push @children, $pid; close $l;
}
print join(' ', @ports), "\\n"; <STDIN>; kill 'KILL', @children; wait for @children;
`

/** Client processes that, told so, open their share of connections; process i connects to port i, and keep them. */
const HOLDERS = `${PRELUDE}
my ($each, @ports) = @ARGV; my @children;
for my $port (@ports) {
  pipe(my $go, my $tell) or die $!; pipe(my $hear, my $done) or die $!; my $pid = fork();
  if (!$pid) { close STDIN; close $tell; close $hear; <$go>; my @kept = map { connected($port) } 1 .. $each; syswrite($done, "x\\n"); <$go>; exit }
  push @children, [$pid, $tell, $hear]; close $go; close $done;
}
print "ready\\n"; <STDIN>;
for (@children) { syswrite($_->[1], "go\\n") } for (@children) { readline($_->[2]) } print "open\\n";
<STDIN>; kill 'KILL', map { $_->[0] } @children; wait for @children;
`

/** Told COUNT and RATE a second: that many connections, each closed at once, in this process or (FORKED) each in one of its own. */
const SHORT = `${PRELUDE}
my ($forked, $port) = @ARGV; $SIG{CHLD} = 'IGNORE' if $forked; print "ready\\n";
while (<STDIN>) {
  my ($count, $rate) = split; my $start = clock_gettime(CLOCK_MONOTONIC);
  for my $i (0 .. $count - 1) {
    pace($start, $i, $rate) if $rate;
    if ($forked) { my $pid = fork(); if (!$pid) { my $s = connected($port); syswrite($s, 'x'); close $s; exit } }
    else { my $s = connected($port); syswrite($s, 'x'); close $s }
  }
  print "done\\n";
}
`

/** Told COUNT and RATE a second: tells how long each \`connect()\` took, in microseconds. */
const TIMED = `${PRELUDE}
my ($port) = @ARGV; my $to = sockaddr_in($port, $home); print "ready\\n";
while (<STDIN>) {
  my ($count, $rate) = split; my $start = clock_gettime(CLOCK_MONOTONIC); my @took;
  for my $i (0 .. $count - 1) {
    pace($start, $i, $rate); socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!;
    my $from = clock_gettime(CLOCK_MONOTONIC); connect($s, $to) or die $!;
    push @took, sprintf('%.1f', 1e6 * (clock_gettime(CLOCK_MONOTONIC) - $from)); syswrite($s, 'x'); close $s;
  }
  print join(' ', @took), "\\n";
}
`

const ENDED = 'the program that makes traffic ended'

/** A perl program that answers each line with one. */
class Talker {
  readonly #child: ChildProcess
  readonly #lines: Interface
  readonly #heard: string[] = []
  readonly #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void }[] =
    []

  constructor(program: string, args: readonly (string | number)[]) {
    this.#child = spawn('perl', ['-e', program, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })
    this.#lines.on('line', (line) => {
      const waiting = this.#waiting.shift()
      if (waiting === undefined) this.#heard.push(line)
      else waiting.resolve(line)
    })
    this.#lines.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(ENDED))
    })
  }

  /** @throws Error when the program ends instead */
  async line(): Promise<string> {
    const heard = this.#heard.shift()
    if (heard !== undefined) return heard
    if (this.#child.exitCode !== null) throw new Error(ENDED)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  ask(text: string): Promise<string> {
    this.#child.stdin?.write(`${text}\n`)
    return this.line()
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
  }
}

/** Programs that run and wait to be told to make traffic. */
export interface Traffic {
  /** Ports of its servers. */
  readonly ports: readonly number[]
  end(): Promise<void>
}

const startServers = async (count: number, how: 'keep' | 'close') => {
  const servers = new Talker(SERVERS, [count, how])
  return { servers, ports: (await servers.line()).split(' ').map(Number) }
}

const startWith = async (
  servers: number,
  how: 'keep' | 'close',
  clientOf: (ports: readonly number[]) => Talker,
): Promise<Traffic & { readonly client: Talker }> => {
  const { servers: server, ports } = await startServers(servers, how)
  const client = clientOf(ports)
  await client.line()
  return {
    ports,
    client,
    end: async () => {
      await client.end()
      await server.end()
    },
  }
}

/** Connections that stay open, `each` between each of `pairs` client processes and a server process of its own. */
export const startHeld = async (
  pairs: number,
  each: number,
): Promise<Traffic & { open(): Promise<void> }> => {
  const { client, ...traffic } = await startWith(
    pairs,
    'keep',
    (ports) => new Talker(HOLDERS, [each, ...ports]),
  )
  return { ...traffic, open: async () => void (await client.ask('open')) }
}

/** Short connections to one server, from one client process or each from a process of its own. */
export const startShort = async (
  forked: boolean,
): Promise<Traffic & { make(count: number, perSecond: number): Promise<void> }> => {
  const { client, ...traffic } = await startWith(
    1,
    'close',
    ([port = 0]) => new Talker(SHORT, [forked ? 1 : 0, port]),
  )
  return { ...traffic, make: async (count, rate) => void (await client.ask(`${count} ${rate}`)) }
}

/** Connections whose `connect()` is timed. */
export const startTimed = async (): Promise<
  Traffic & { take(count: number, perSecond: number): Promise<number[]> }
> => {
  const { client, ...traffic } = await startWith(1, 'close', ([port = 0]) => new Talker(TIMED, [port]))
  return {
    ...traffic,
    take: async (count, rate) => (await client.ask(`${count} ${rate}`)).split(' ').map(Number),
  }
}
