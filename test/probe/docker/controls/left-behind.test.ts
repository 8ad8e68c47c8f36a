import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock } from '../../../../src/probe/collector.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { isRunning, joinSession, useControl } from './session.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }

/** A probe's collector that opens two programs in a container, says so, and is killed. */
const program = (host: string, stateDir: string, id: string, procRoot: string) => `
  const { createDockerCollector } = await import(${JSON.stringify(new URL('../../../../src/probe/docker/collector.ts', import.meta.url).href)})
  const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }
  const clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
  const collector = createDockerCollector({ clock, hostId: 'here', log, env: {}, dockerHost: ${JSON.stringify(host)},
    stateDir: ${JSON.stringify(stateDir)}, procRoot: ${JSON.stringify(procRoot)} })
  const exec = collector.controls().find(({ id }) => id === 'docker_exec_container')
  const open = (args) => exec.run({ nodeId: '${id};<container>', args, signal: AbortSignal.timeout(30000) })
  await open({ command: '["/bin/busybox","sleep","4301"]' })
  await open({ command: '/bin/busybox sleep 4302; true', tty: 'false' })
  console.log('open')
  setInterval(() => {}, 1000)
`

describeWith(['docker', 'root'], 'programs that a killed probe has left in containers', () => {
  let docker: TestDocker
  let stateDir: string

  const collectorWith = (procRoot = '/proc', write: (line: string) => void = () => {}) =>
    createDockerCollector({
      clock,
      hostId: 'here',
      log: createLogger({ format: 'text', debug: false, write }),
      dockerHost: docker.host,
      env: {},
      stateDir,
      procRoot,
    })
  const processesOf = (id: string) => docker.docker('top', id, '-eo', 'pid,args')
  const records = async () => [...(await createExecRecords(join(stateDir, 'execs')).all()).keys()]

  beforeAll(async () => {
    docker = await openTestDocker()
    stateDir = await mkdtemp(join(tmpdir(), 'scope-state-'))
  })
  afterAll(async () => {
    await docker?.close()
    await rm(stateDir, { recursive: true })
  })

  test.each(['seen', 'not seen'])('are ended by the next one, with processes that are %s', async (how) => {
    const id = await docker.run(`left-${how.replace(' ', '-')}`)
    const procRoot = how === 'seen' ? '/proc' : stateDir
    if (how === 'not seen') {
      // Without `sh` in its path there would be no way in.
      await docker.docker('exec', id, '/bin/busybox', 'mkdir', '-p', '/sbin')
      await docker.docker('exec', id, '/bin/busybox', '--install', '-s', '/bin')
    }
    const before = await processesOf(id)
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', program(docker.host, stateDir, id, procRoot)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    await once(child.stdout, 'data')
    await eventually('both', async () => {
      const running = await processesOf(id)
      return ['4301', '4302'].every((trace) => running.includes(trace))
    })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await records()).toHaveLength(2)
    expect(await processesOf(id)).toContain('4301')

    const next = collectorWith(procRoot)
    await next.start(() => {})
    await eventually('their end', async () => (await processesOf(id)) === before)
    await eventually('the records to go', async () => (await records()).length === 0)
    await next.stop()
  })

  test('are noted still, and told of, when nothing in the container could find them', async () => {
    const id = await docker.run('not-found')
    await docker.docker('exec', id, '/bin/busybox', '--install', '-s', '/bin')
    const lines: string[] = []
    const one = collectorWith(stateDir, (line) => lines.push(line))
    await one.start(() => {})
    const args = { command: 'exec env -i /bin/sleep 4303', tty: 'false' }
    const session = joinSession(await useControl(one, 'docker_exec_container', id, args))
    await eventually('the program', async () => isRunning(await processesOf(id), '/bin/sleep 4303'))
    session.close()
    await session.over
    await one.stop()
    expect(await processesOf(id)).toContain('sleep 4303')
    expect(lines.join('')).toContain('could not be ended')
    expect(await records()).toHaveLength(1)

    await docker.docker('rm', '-f', id)
    const next = collectorWith(stateDir)
    await next.start(() => {})
    await eventually('the record to go', async () => (await records()).length === 0)
    await next.stop()
  })

  test('are not taken for those of a probe that lives', async () => {
    const id = await docker.run('lives')
    const one = collectorWith()
    await one.start(() => {})
    const session = joinSession(await useControl(one, 'docker_exec_container', id))
    const two = collectorWith()
    await two.start(() => {})
    await two.stop()
    session.type('echo "it $((1 + 1)) lives"\n')
    await session.says('it 2 lives')
    expect(await records()).toHaveLength(1)
    session.type('exit\n')
    await session.over
    await eventually('the record to go', async () => (await readdir(join(stateDir, 'execs'))).length === 0)
    await one.stop()
  })
})
