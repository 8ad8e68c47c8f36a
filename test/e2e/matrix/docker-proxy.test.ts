import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../support/machine/docker.ts'
import { startClient, startServer } from '../../support/machine/network/traffic.ts'
import { startProgram } from '../../support/machine/program.ts'
import { describeWith } from '../../support/machine/requirements.ts'
import { type Matrix, type Mode, needsOf, openMatrix } from '../../support/scope/matrix.ts'

/** Forks its workers after it began to listen; each tells its pid to whoever says something, and keeps the connection. */
const SERVER = `
use strict; use IO::Socket::INET; use IO::Select; $| = 1;
my $l = IO::Socket::INET->new(Listen => 64, LocalAddr => '0.0.0.0', LocalPort => 5000, ReuseAddr => 1) or die;
for (1 .. 3) {
  next if fork;
  my $all = IO::Select->new($l);
  while (1) {
    for my $s ($all->can_read) {
      if ($s == $l) { my $c = $l->accept; $all->add($c); select(undef, undef, undef, 0.02) }
      elsif (sysread($s, my $b, 64)) { syswrite($s, "pid=$$;") }
      else { $all->remove($s); close $s }
    }
  }
}
print "listening\\n"; sleep 100000`

/** What a container needs to run the machine's Perl. */
const withPerl = ['/usr', '/lib', '/lib64', '/etc/perl'].flatMap((dir) => ['--volume', `${dir}:${dir}:ro`])

/** Calls itself docker-proxy, and connects to a port of this machine as soon as it has accepted a connection. */
const IMPOSTOR = `
use strict; use IO::Socket::INET; $| = 1;
$0 = 'docker-proxy';
my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;
print $l->sockport, "\\n";
my $c = $l->accept;
my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $ARGV[0]) or die;
while (<STDIN>) {}`

const CONNECTIONS = 12

const proxied = (mode: Mode) => () => {
  let docker: TestDocker
  let matrix: Matrix
  beforeAll(async () => {
    docker = await openTestDocker()
    matrix = await openMatrix(mode, [])
  })
  afterAll(async () => {
    await matrix?.close()
    await docker?.close()
  })

  it('every connection through a published port stays with the worker that accepted it', async () => {
    const server = await docker.run(
      'pre-forked',
      ['--pid', 'host', '--publish', '127.0.0.1::5000', ...withPerl],
      ['/usr/bin/perl', '-e', SERVER],
    )
    const published = await docker.docker('port', server, '5000/tcp')
    const port = Number(published.split(':').at(-1))
    const client = await startClient()
    // the proxy accepts before there is anyone to pass it on to
    await eventually('the server', async () => (await docker.docker('logs', server)).includes('listening'))
    const open = new Map<number, number>()
    // Whichever worker the kernel wakes first accepts, so further ones are made until there are two.
    for (let i = 0; i < CONNECTIONS || (open.size < 2 && i < 10 * CONNECTIONS); i++) {
      await client.ask(`open 127.0.0.1 ${port}`)
      const answer = decodeURIComponent(await client.ask('say hello'))
      const pid = Number(/pid=(\d+);/.exec(answer)?.[1])
      open.set(pid, (open.get(pid) ?? 0) + 1)
    }
    expect(open.size).toBeGreaterThan(1)
    for (const [pid, count] of open)
      await matrix.edge({
        ...{ from: client.pid, to: pid, port: 5000, amongOthers: open.size - 1 },
        ...{ open: count, opened: count, failed: 0 },
      })
    await client.end()
  })

  it('a program that only calls itself docker-proxy is shown with what it connects to', async () => {
    const server = await startServer()
    const impostor = startProgram(['perl', '-e', IMPOSTOR, String(server.port)])
    const port = Number(await impostor.ask(''))
    const client = await startClient()
    await client.ask(`open 127.0.0.1 ${port}`)
    await matrix.edge({ from: client.pid, to: impostor.pid, port, open: 1, opened: 1 })
    await matrix.edge({ from: impostor.pid, to: server.pid, port: server.port, open: 1, opened: 1 })
    await client.end()
    await impostor.end()
    await server.end()
  })
}

describeWith([...needsOf.ebpf, 'docker'], 'docker-proxy before workers, traced by eBPF', proxied('ebpf'))
