import { makeCgroup } from '../machine/cgroup.ts'
import { createOwnDaemon } from '../machine/docker.ts'
import { addRules, makeLink } from '../machine/network/veth.ts'
import { startProgram } from '../machine/program.ts'
import { startScope } from '../scope/running-scope.ts'
import { beginRun } from './run.ts'

/**
 * A run of tests that makes what tests make, prints what that is as JSON, and waits: `node maker.ts [keeper] [all]`.
 *
 * @param keeper whether somebody sees to its end, as in a run of vitest
 * @param all a Docker daemon and Scope, too
 */
const wanted = new Set(process.argv.slice(2))
// Some Docker daemon answers, so the set-up starts none.
if (wanted.has('keeper')) await (await import('../global-setup.ts')).setup()
else beginRun()

const pids: number[] = []
const files: string[] = []
const link = makeLink()
files.push(`/run/netns/${link.name}`, `/sys/class/net/${link.outside}`, makeCgroup('empty').path)
addRules(['-t', 'nat', '-A', 'OUTPUT', '-d', link.hostIp, '-p', 'tcp', '--dport', '1', '-j', 'ACCEPT'])
pids.push(startProgram(['sleep', '1000'], { netns: link.name }).pid)
// As nginx does, it leaves nothing of its environment to be read.
pids.push(startProgram(['env', '-i', '/bin/sleep', '1000']).pid)
if (wanted.has('all')) {
  const daemon = await createOwnDaemon(true)
  await daemon.start()
  const scope = await startScope(['--no-ebpf', '--probe.docker=false'])
  files.push(daemon.socketPath, scope.stateDir)
  pids.push(await scope.pidOf('app'), await scope.pidOf('probe'))
}
process.stdout.write(`${JSON.stringify({ pids, files, hostIp: link.hostIp })}\n`)
process.stdin.resume()
