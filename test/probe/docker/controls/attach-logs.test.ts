import { duplexPair } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock, Collector } from '../../../../src/probe/collector.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { joinSession, useControl } from './session.ts'

const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })

const shell = (line: string): string[] => ['/bin/busybox', 'sh', '-c', line]

describeWith(['docker'], 'what goes in and out of a container', () => {
  let docker: TestDocker
  let collector: Collector

  const attach = async (id: string) => joinSession(await useControl(collector, 'docker_attach_container', id))
  const logs = async (id: string, args: Record<string, string> = {}) =>
    joinSession(await useControl(collector, 'docker_get_logs', id, args))
  const isRunning = async (id: string) =>
    (await docker.docker('inspect', '-f', '{{.State.Running}}', id)) === 'true'

  beforeAll(async () => {
    docker = await openTestDocker()
    collector = createDockerCollector({ clock, hostId: 'here', log, dockerHost: docker.host, env: {} })
    await collector.start(() => {})
  })
  afterAll(async () => {
    await collector?.stop()
    await docker?.close()
  })

  describe('attach', () => {
    test('to a terminal: types into it, resizes it, and lets go without ending it', async () => {
      const id = await docker.run('tty', ['-it'], ['/bin/busybox', 'sh'])
      const session = await attach(id)
      expect(session.tty).toBe(true)
      session.note({ resize: { columns: 99, rows: 33 } })
      await eventually('the size', () => {
        session.type('echo "size $(/bin/busybox stty size)"\n')
        return session.text().includes('size 33 99')
      })
      // The keys by which Docker's client lets go belong to whatever runs there.
      session.type('\x10\x11\x15echo "still $((6 * 7)) here"\n')
      await session.says('still 42 here')
      session.endInput()
      session.close()
      await session.over
      expect(await isRunning(id)).toBe(true)

      const again = await attach(id)
      again.type('exit 4\n')
      await again.over
      expect(again.exit()).toEqual({ code: 4 })
      await expect(attach(id)).rejects.toMatchObject({ code: 'conflict' })
    })

    test('without terminal: output and errors apart, the input stays open for others', async () => {
      const line = 'while read -r x; do echo "got $x"; echo "err $x" >&2; done; exit 6'
      const id = await docker.run('pipe', ['-i'], shell(line))
      const one = await attach(id)
      expect(one.tty).toBe(false)
      one.type('a\n')
      await one.says('got a')
      await one.says('err a', 'err')
      // Others may still write, so the end of one input is not that of the container's.
      one.endInput()
      const two = await attach(id)
      two.type('b\n')
      await two.says('got b')
      await one.says('got b')
      expect(one.text()).toBe('got a\ngot b\n')
      one.close()
      await one.over
      expect(await isRunning(id)).toBe(true)
      await docker.docker('kill', id)
      await two.over
      expect(two.exit()).toEqual({ code: 137 })
    })

    test('to a container whose input ends with its first client: ends it', async () => {
      const id = await docker.docker(
        ...['create', '-i', '--name', `${docker.prefix}once`, docker.image],
        ...shell('/bin/busybox cat; echo done'),
      )
      // `create -i` attaches to all of it, so the input ends with the first client.
      expect(await docker.docker('inspect', '-f', '{{.Config.StdinOnce}}', id)).toBe('true')
      await docker.docker('start', id)
      const session = await attach(id)
      session.type('text\n')
      session.endInput()
      await session.over
      expect(session.text()).toBe('text\ndone\n')
      expect(session.exit()).toEqual({ code: 0 })
    })

    test('to a container without input passes on its output', async () => {
      const id = await docker.run('deaf', [], shell('while :; do echo tick; /bin/busybox sleep 0.1; done'))
      const session = await attach(id)
      session.type('nothing hears this\n')
      await session.says('tick')
      session.close()
      await session.over
      expect(await isRunning(id)).toBe(true)
    })

    test('holds up a container whose output is not read', async () => {
      const id = await docker.run(
        'flood',
        ['-it', '--log-driver', 'none'],
        shell('read -r x; /bin/busybox yes'),
      )
      const outcome = await useControl(collector, 'docker_attach_container', id)
      const [near, far] = duplexPair({ objectMode: true })
      const over = outcome.opened?.attach(far)
      near.write({ lane: 'in', bytes: Buffer.from('\n') })
      const before = process.memoryUsage().rss
      const ticks = async () =>
        Number((await docker.docker('top', id, '-C', 'busybox', '-o', 'pid,cputimes')).split('\n').length)
      await eventually('it to run', async () => (await ticks()) > 1)
      await eventually('output', () => near.readableLength + far.writableLength > 0)
      await new Promise((resolve) => setTimeout(resolve, 1500))
      expect(near.readableLength + far.writableLength).toBeLessThan(64)
      expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024)
      let got = 0
      near.on('data', ({ lane, bytes }: { lane: string; bytes: Uint8Array }) => {
        if (lane === 'out') got += bytes.length
      })
      await eventually('it to go on', () => got > 256 * 1024)
      far.destroy()
      near.destroy()
      await over
      expect(await isRunning(id)).toBe(true)
      // Docker reads it on, which takes a whole CPU.
      await docker.docker('rm', '-f', id)
    })
  })

  describe.each(['json-file', 'local'])('logs of the driver %s', (driver) => {
    const run = (name: string, line: string, args: string[] = []) =>
      docker.run(`${driver}-${name}`, ['--log-driver', driver, ...args], shell(line))
    const stamp = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z`

    test('of a container that has ended: output and errors apart, with times, then they end', async () => {
      // Docker reads output and errors side by side: what it has of both before the last line tells which line is the last.
      const id = await run(
        'ended',
        'echo one; echo two >&2; until [ -e /both ]; do /bin/busybox sleep 0.1; done; echo three',
      )
      await eventually('both lines', async () => {
        const session = await logs(id, { follow: 'false', timestamps: 'false' })
        await session.over
        return session.text() === 'one\n' && session.text('err') === 'two\n'
      })
      await docker.docker('exec', id, '/bin/busybox', 'touch', '/both')
      await docker.docker('wait', id)
      const session = await logs(id)
      await session.over
      expect(session.tty).toBe(false)
      expect(session.text()).toMatch(new RegExp(`^${stamp} one\n${stamp} three\n$`))
      expect(session.text('err')).toMatch(new RegExp(`^${stamp} two\n$`))
      expect(session.exit()).toBeUndefined()

      const tail = await logs(id, { tail: '1', timestamps: 'false', stderr: 'false' })
      await tail.over
      expect([tail.text(), tail.text('err')]).toEqual(['three\n', ''])

      const [, last = ''] = new RegExp(`(${stamp}) three`).exec(session.text()) ?? []
      const since = await logs(id, { since: last })
      await since.over
      expect(since.text()).toBe(`${last} three\n`)
      const until = await logs(id, { until: '1h' })
      await until.over
      expect(until.text()).toBe('')
    })

    test('are followed until the container ends', async () => {
      const id = await run('live', 'for i in 1 2 3 4; do echo "line $i"; read -r x; done', ['-i'])
      const session = await logs(id, { timestamps: 'false' })
      const typist = await attach(id)
      for (const i of [1, 2, 3, 4]) {
        await session.says(`line ${i}\n`)
        typist.type('\n')
      }
      await session.over
      expect(session.text()).toBe('line 1\nline 2\nline 3\nline 4\n')
      await typist.over
    })

    test('that are not followed end though the container runs', async () => {
      const id = await run('runs', 'echo here; /bin/busybox sleep 1000')
      await eventually('the line', async () => {
        const session = await logs(id, { follow: 'false', timestamps: 'false' })
        await session.over
        return session.text() === 'here\n'
      })
    })

    test('are no longer read when nobody wants them', async () => {
      const id = await run('left', 'while :; do echo tick; /bin/busybox sleep 0.05; done')
      const session = await logs(id)
      await session.says('tick')
      session.close()
      await session.over
    })

    test('of a terminal come as it wrote them', async () => {
      const id = await run('tty', 'echo one; echo two >&2', ['-t'])
      await docker.docker('wait', id)
      const session = await logs(id, { timestamps: 'false' })
      await session.over
      expect(session.text()).toBe('one\r\ntwo\r\n')
    })
  })

  test('says which logs Docker cannot read', async () => {
    const id = await docker.run('none', ['--log-driver', 'none'])
    await expect(logs(id)).rejects.toMatchObject({
      code: 'not_supported',
      message: expect.stringContaining('keeps no logs'),
    })
    const away = await docker.run('syslog', [
      ...['--log-driver', 'syslog', '--log-opt', 'syslog-address=udp://127.0.0.1:5514'],
      ...['--log-opt', 'cache-disabled=true'],
    ])
    await expect(logs(away)).rejects.toMatchObject({
      code: 'not_supported',
      message: expect.stringContaining('"syslog" sends them elsewhere'),
    })
  })

  test('reads a large log no faster than it is taken', async () => {
    // Two megabytes in lines that are long, since each costs Docker some time.
    const padding = 'x'.repeat(100)
    const lines = `/bin/busybox seq 1 20000 | /bin/busybox sed 's/$/ ${padding}/'`
    const id = await docker.run('large', [], shell(lines))
    await docker.docker('wait', id)
    const outcome = await useControl(collector, 'docker_get_logs', id, { timestamps: 'false' })
    const [near, far] = duplexPair({ objectMode: true })
    const over = outcome.opened?.attach(far)
    await eventually('it to stand still', () => near.readableLength + far.writableLength > 0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(near.readableLength + far.writableLength).toBeLessThan(64)
    let text = ''
    near.on('data', ({ bytes }: { bytes: Uint8Array }) => {
      text += Buffer.from(bytes).toString()
    })
    await over
    await eventually('all of it', () => text.endsWith(`\n20000 ${padding}\n`))
    expect(text.split('\n')).toHaveLength(20_001)
  })
})
