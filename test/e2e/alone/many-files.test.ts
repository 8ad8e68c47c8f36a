import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { describeWith } from '../../support/machine/requirements.ts'

const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const urlOf = (path: string): string => new URL(`../../../src/${path}`, import.meta.url).href

/** Processes that together have more files open than the kernel visits in one read of an iterator, which is a million. */
const HOLDERS = `
use POSIX; $| = 1;
my $each = (sysconf(_SC_OPEN_MAX) > 520000 ? 520000 : sysconf(_SC_OPEN_MAX)) - 50;
for (1 .. $each) { defined dup(0) or die "dup: $!" }
my $more = int(1050000 / $each);
for (1 .. $more) { my $pid = fork; defined $pid or die "fork: $!"; if ($pid == 0) { sleep 1000; exit } }
print "ready\\n"; sleep 1000`

const walk = `
  import { spawn } from 'node:child_process'
  import { once } from 'node:events'
  import { statSync } from 'node:fs'
  import { connect, createServer } from 'node:net'
  import { libraryCandidates, loadLibbpf } from '${urlOf('native/libbpf/library.ts')}'
  import { TcpTracer } from '${urlOf('probe/connections/sources/ebpf/tracer.ts')}'
  const { functions } = loadLibbpf(libraryCandidates(process.env, '${checkout}'))
  const holders = spawn('sh', ['-c', 'ulimit -n $(ulimit -H -n); exec perl -e "$0"', process.argv[1]], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holders.stdout, 'data')
  const late = spawn(process.execPath, ['-e', \`
    const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(server.address().port))
  \`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(late.stdout, 'data')
  const tracer = new TcpTracer(functions, statSync('/proc/self/ns/pid').ino)
  const sockets = tracer.walkHeldSockets()
  tracer.close()
  console.log(JSON.stringify(sockets.map(({ kind, localPort }) => kind + (localPort === Number(port) ? ' there' : ''))))
  process.exit()`

describeWith(['root', 'ebpf'], 'the tracer', () => {
  it('finds the sockets of processes behind a million open files that are none', async () => {
    // In a pid namespace of its own, of which the walk sees the processes alone.
    const command = [
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      process.execPath,
      '--input-type=module',
    ]
    const { stdout } = await promisify(execFile)('unshare', [...command, '-e', walk, HOLDERS])
    expect(JSON.parse(stdout)).toEqual(['listening there'])
  })
})
