import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock, Collector } from '../../../../src/probe/collector.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { createExecRecords } from '../../../../src/probe/docker/controls/exec/exec-records.ts'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { importEmptyImages, machinePrograms } from '../../../support/machine/images.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { joinSession, useControl } from './session.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }

/** A socket that passes on to that of a daemon, and can be shut: then nobody reaches the daemon, which knows of nothing. */
const openDoor = (path: string, daemonHost: string) => {
  const daemon = daemonHost.replace('unix://', '')
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let awaited: { readonly request: RegExp; readonly arrives: () => void } | undefined
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  }
  const shut = () =>
    new Promise<void>((resolve) => {
      server?.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  const requests = () =>
    new Transform({
      transform(bytes: Buffer, _, done) {
        if (!awaited?.request.test(bytes.toString('latin1'))) return done(null, bytes)
        awaited.arrives()
        awaited = undefined
      },
    })
  return {
    shut,
    open: () =>
      new Promise<void>((resolve) => {
        server = createServer({ allowHalfOpen: true }, (near) => {
          const far = connect({ path: daemon, allowHalfOpen: true })
          keep(near).pipe(requests()).pipe(keep(far)).pipe(near)
        }).listen(path, resolve)
      }),
    /** Holds back such a request, and all that follows it on its connection. Resolves when there is one. */
    holdBack: (request: RegExp) =>
      new Promise<void>((arrives) => {
        awaited = { request, arrives }
      }),
  }
}

describeWith(['docker', 'root'], 'programs in containers that cannot be ended at once', () => {
  let docker: TestDocker
  let dir: string
  let stateDir: string
  /** Where the probe sees itself, and no other process. */
  let blind: string
  let collector: Collector | undefined

  const processesOf = (id: string) => docker.docker('top', id, '-eo', 'pid,args')
  const records = async () => [...(await createExecRecords(join(stateDir, 'execs')).all()).keys()]
  const start = async (procRoot: string, dockerHost = docker.host): Promise<string[]> => {
    const lines: string[] = []
    const log = createLogger({ format: 'text', debug: false, write: (line) => lines.push(line) })
    collector = createDockerCollector({ clock, hostId: 'here', log, dockerHost, env: {}, stateDir, procRoot })
    await collector.start(() => {})
    return lines
  }
  const runContainer = async (name: string): Promise<string> => {
    const id = await docker.run(name)
    // Without `sh` in its path there would be no way in.
    await docker.docker('exec', id, '/bin/busybox', '--install', '-s', '/bin')
    return id
  }
  const open = async (id: string) => {
    if (collector === undefined) throw new Error('there is no collector')
    const args = { command: 'sleep 4310; true', tty: 'false' }
    const session = joinSession(await useControl(collector, 'docker_exec_container', id, args))
    await eventually('the program', async () => (await processesOf(id)).includes('sleep 4310'))
    return session
  }

  beforeAll(async () => {
    docker = await openTestDocker()
    dir = await mkdtemp(join(tmpdir(), 'scope-later-'))
    stateDir = join(dir, 'state')
    blind = join(dir, 'proc')
    await mkdir(join(blind, String(process.pid)), { recursive: true })
    const stat = await readFile(`/proc/${process.pid}/stat`)
    await writeFile(join(blind, String(process.pid), 'stat'), stat)
  })
  afterEach(async () => {
    await collector?.stop()
    collector = undefined
  })
  afterAll(async () => {
    await docker?.close()
    await rm(dir, { recursive: true })
  })

  test.each([
    ['seen', () => '/proc'],
    ['not seen', () => blind],
  ])(
    'are ended when their container is no longer paused, with processes that are %s',
    async (how, procRoot) => {
      const id = await runContainer(`paused-${how.replace(' ', '-')}`)
      const before = await processesOf(id)
      const lines = await start(procRoot())
      const session = await open(id)
      await docker.pause(id)
      session.close()
      await session.over
      if (how === 'not seen') expect(lines.join('')).toContain('could not be ended')
      await docker.docker('unpause', id)
      await eventually('its end', async () => (await processesOf(id)) === before)
      await eventually('the record to go', async () => (await records()).length === 0)
    },
  )

  test('are ended when Docker answers again', async () => {
    const id = await runContainer('unreachable')
    const before = await processesOf(id)
    const path = join(dir, 'door.sock')
    const door = openDoor(path, docker.host)
    await door.open()
    await start(blind, `unix://${path}`)
    const [one, other] = [await open(id), await open(id)]
    one.close()
    await one.over
    expect(await processesOf(id)).toContain('sleep 4310')
    await door.shut()
    await other.over
    expect(await processesOf(id)).toContain('sleep 4310')
    expect(await records()).toHaveLength(1)
    await door.open()
    await eventually('its end', async () => (await processesOf(id)) === before)
    await eventually('the record to go', async () => (await records()).length === 0)
    await collector?.stop()
    await door.shut()
  })

  test.each([
    ['seen', () => '/proc'],
    ['not seen', () => blind],
  ])(
    'are ended when Docker answers again that broke off as they began, with processes that are %s',
    async (how, procRoot) => {
      const id = await runContainer(`broken-${how.replace(' ', '-')}`)
      const before = await processesOf(id)
      const path = join(dir, 'broken.sock')
      const door = openDoor(path, docker.host)
      await door.open()
      await start(procRoot(), `unix://${path}`)
      // Docker has been told to run it, and is asked what became of it.
      const isAsked = door.holdBack(/^GET \S*\/exec\/[0-9a-f]+\/json/)
      const args = { command: 'sleep 4310; true', tty: 'false' }
      const failure = useControl(collector as Collector, 'docker_exec_container', id, args).catch(String)
      await isAsked
      await eventually('the program', async () => (await processesOf(id)).includes('sleep 4310'))
      await door.shut()
      expect(await failure).toContain('Docker could not be asked to run it in the container')
      expect(await records()).toHaveLength(1)
      await door.open()
      await eventually('its end', async () => (await processesOf(id)) === before)
      await eventually('the record to go', async () => (await records()).length === 0)
      await collector?.stop()
      await door.shut()
    },
  )

  test('are ended by root, with processes that are not seen, when they have become root themselves', async () => {
    const image = `${docker.prefix}image:debian`
    await importEmptyImages(docker.docker, [image])
    const options = ['--detach', '--init=false', '--user', '1000', ...machinePrograms]
    const name = `${docker.prefix}becomes-root`
    const id = await docker.docker('run', ...options, '--name', name, image, 'sleep', '100000')
    const install = 'cp /usr/bin/setpriv /become-root && chmod u+s /become-root'
    await docker.docker('exec', '--user', '0', id, 'sh', '-c', install)
    const before = await processesOf(id)
    await start(blind)
    const args = { command: '/become-root --reuid 0 sleep 4310; true', tty: 'false' }
    const session = joinSession(await useControl(collector as Collector, 'docker_exec_container', id, args))
    await eventually('the program', async () => /^ *\d+ +sleep 4310$/m.test(await processesOf(id)))
    session.close()
    await session.over
    await eventually('its end', async () => (await processesOf(id)) === before)
    await eventually('the record to go', async () => (await records()).length === 0)
    await docker.docker('rm', '-f', id)
    await docker.docker('rmi', image)
  })

  test('are no longer noted when their container has died', async () => {
    const id = await runContainer('dies')
    await start(blind)
    const session = await open(id)
    await docker.pause(id)
    session.close()
    await session.over
    expect(await records()).toHaveLength(1)
    await docker.docker('unpause', id)
    await docker.docker('rm', '-f', id)
    await eventually('the record to go', async () => (await records()).length === 0)
  })

  test('of a probe before do not keep others from being ended, and are ended when their container goes on', async () => {
    const ids = [await runContainer('first'), await runContainer('second')]
    const before = await Promise.all(ids.map(processesOf))
    await start(blind)
    for (const id of ids) await open(id)
    const kept = createExecRecords(join(stateDir, 'execs'))
    // As if the probe that has run them had been killed.
    for (const [execId, record] of await kept.all()) {
      await kept.remove(execId)
      await kept.add(execId, { ...record, probe: { pid: process.pid, startTicks: 1 } })
    }
    const [first] = [...(await kept.all()).values()].map(({ containerId }) => containerId)
    const [paused = '', free = ''] = ids[0] === first ? ids : ids.toReversed()
    await docker.pause(paused)
    const own = collector
    await start(blind)
    await eventually('the end of one', async () => before.includes(await processesOf(free)))
    await eventually('its record to go', async () => (await records()).length === 1)
    await docker.docker('unpause', paused)
    await eventually('the end of the other', async () => before.includes(await processesOf(paused)))
    await eventually('the record to go', async () => (await records()).length === 0)
    await own?.stop()
  })
})
