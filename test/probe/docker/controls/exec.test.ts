import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import type { Clock, Collector } from '../../../../src/probe/collector.ts'
import { createDockerCollector } from '../../../../src/probe/docker/collector.ts'
import { eventually } from '../../../support/eventually.ts'
import { openTestDocker, type TestDocker } from '../../../support/machine/docker.ts'
import { importEmptyImages, machinePrograms } from '../../../support/machine/images.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { isRunning, joinSession, useControl } from './session.ts'

const run = promisify(execFile)
const clock: Clock = { uptimeMs: () => performance.now(), nowMs: () => Date.now() }
const log = createLogger({ format: 'text', debug: false, write: () => {} })

/** Imports an image that has busybox with all its links, and the given files, as the images of busybox and Alpine do. */
const importBusybox = async (docker: TestDocker, name: string, passwd: string): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'scope-image-'))
  try {
    const root = join(dir, 'root')
    for (const place of ['bin', 'etc', 'root', 'tmp']) await mkdir(join(root, place), { recursive: true })
    await run('cp', ['/bin/busybox', join(root, 'bin', 'busybox')])
    await run('chroot', [root, '/bin/busybox', '--install', '-s', '/bin'])
    if (passwd !== '') await writeFile(join(root, 'etc', 'passwd'), passwd)
    await run('tar', ['-C', root, '-cf', join(dir, 'image.tar'), '.'])
    await docker.docker('import', join(dir, 'image.tar'), name)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

describeWith(['docker', 'root'], 'running programs in a container', () => {
  let docker: TestDocker
  let collector: Collector
  let bare: string
  let alpine: string
  let debian: string
  let image: string

  const exec = async (id: string, args: Record<string, string> = {}) =>
    joinSession(await useControl(collector, 'docker_exec_container', id, args))
  const sh = (line: string): Record<string, string> => ({
    command: JSON.stringify(['/bin/busybox', 'sh', '-c', line]),
    tty: 'false',
  })
  /** Command lines of the processes of a container. */
  const processesOf = async (id: string): Promise<string> => docker.docker('top', id, '-eo', 'pid,args')

  const startContainer = (name: string, args: string[], imageName: string, command: string[]) =>
    docker.docker(
      'run',
      '--detach',
      '--init=false',
      '--name',
      docker.prefix + name,
      ...args,
      imageName,
      ...command,
    )

  beforeAll(async () => {
    docker = await openTestDocker()
    image = `${docker.prefix}image`
    await importBusybox(
      docker,
      `${image}:alpine`,
      'root:x:0:0:root:/root:/bin/ash\napp:x:1000:1000::/:/sbin/nologin\n',
    )
    bare = await docker.run('bare')
    alpine = await startContainer('alpine', [], `${image}:alpine`, ['sleep', '100000'])
    await importEmptyImages(docker.docker, [`${image}:debian`])
    debian = await startContainer('debian', machinePrograms, `${image}:debian`, ['sleep', '100000'])
    collector = createDockerCollector({ clock, hostId: 'here', log, dockerHost: docker.host, env: {} })
    await collector.start(() => {})
  })
  afterAll(async () => {
    await collector?.stop()
    await docker?.close()
    await docker?.docker('rmi', `${image}:alpine`, `${image}:debian`).catch(() => {})
  })

  test.each([
    ['that has only busybox', () => bare, '/bin/busybox', ''],
    ["of busybox with a user database: the user's", () => alpine, '/bin/busybox', '/bin/ash'],
    ['of busybox, for a user who may not log in', () => alpine, '/bin/busybox', '', 'app'],
    ['with the programs of Debian', () => debian, '/bin/bash', '/bin/bash'],
  ])('finds the shell of an image %s', async (_, container, program, shell, user?: string) => {
    const session = await exec(container(), user === undefined ? {} : { user })
    expect(session.tty).toBe(true)
    session.type('echo "program=$(/bin/busybox readlink /proc/$$/exe) shell=$SHELL term=$TERM"\n')
    await session.says('program=/')
    await session.says('term=xterm-256color')
    expect(session.text()).toMatch(new RegExp(`program=(/usr)?${program}\\b`))
    if (shell !== '') expect(session.text()).toContain(`shell=${shell} `)
    session.type('exit 7\n')
    await session.over
    expect(session.exit()).toEqual({ code: 7 })
  })

  test('keeps output and errors apart without a terminal, takes input until its end, and tells the exit code', async () => {
    const session = await exec(bare, sh('while read -r x; do echo "got $x"; done; echo oops >&2; exit 3'))
    expect(session.tty).toBe(false)
    session.type('one\n')
    await session.says('got one')
    session.type('two\n')
    session.endInput()
    await session.over
    expect(session.text()).toBe('got one\ngot two\n')
    expect(session.text('err')).toBe('oops\n')
    expect(session.exit()).toEqual({ code: 3 })
  })

  test('runs a line in a shell, as a user, in a directory', async () => {
    const session = await exec(alpine, {
      command: 'id -u; pwd; echo "[$TERM]"',
      tty: 'false',
      user: 'app',
      workdir: '/tmp',
    })
    await session.over
    expect(session.text()).toBe('1000\n/tmp\n[]\n')
    expect(session.exit()).toEqual({ code: 0 })
  })

  test('gives a program in a terminal the size of that of the person, also later', async () => {
    const session = await exec(debian)
    session.note({ resize: { columns: 101, rows: 37 } })
    await eventually('the size', () => {
      session.type('echo "size $(stty size)"\n')
      return session.text().includes('size 37 101')
    })
    session.note({ resize: { columns: 90, rows: 20 } })
    session.note({ resize: { columns: 91, rows: 21 } })
    await eventually('the last size', () => {
      session.type('echo "size $(stty size)"\n')
      return session.text().includes('size 21 91')
    })
    session.endInput()
    await session.over
    expect(session.exit()).toMatchObject({ code: expect.any(Number) })
  })

  test.each([
    ['there is no such program', '["/nope"]', 127, /no such file|not found/],
    ['it is not to be run', '["/etc/passwd"]', 126, /permission denied/],
  ])('ends like a shell does when %s', async (_, command, code, words) => {
    const session = await exec(alpine, { command, tty: 'false' })
    await session.over
    expect(session.exit()).toEqual({ code })
    expect(session.text('err')).toMatch(words)
    expect(session.text()).toBe('')
  })

  test.each([
    ['a user whom it does not know', { user: 'nobody-here' }, /user: .*nobody-here/],
    ['a directory that it does not have', { workdir: '/nope/at/all' }, /workdir: /],
    ['a relative directory', { workdir: 'tmp' }, /workdir: expected a path/],
    ['an argument that there is not', { comand: 'ls' }, /comand/],
  ])('refuses %s', async (_, args: Record<string, string>, words) => {
    await expect(exec(alpine, args)).rejects.toMatchObject({
      code: 'invalid_params',
      message: expect.stringMatching(words),
    })
  })

  test('says that an image has no shell', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'scope-image-'))
    await mkdir(join(dir, 'root'))
    await run('cp', ['/bin/busybox', join(dir, 'root', 'sleep')])
    await run('tar', ['-C', join(dir, 'root'), '-cf', join(dir, 'image.tar'), '.'])
    await docker.docker('import', join(dir, 'image.tar'), `${image}:none`)
    const id = await startContainer('none', [], `${image}:none`, ['/sleep', '100000'])
    await expect(exec(id)).rejects.toMatchObject({ code: 'no_shell' })
    await docker.docker('rm', '-f', id)
    await docker.docker('rmi', `${image}:none`)
    await rm(dir, { recursive: true })
  })

  test.each([
    ['a shell and what it runs in the foreground', {}, ['sleep 4242\n'], 'sleep 4242'],
    [
      'a program that ignores being hung up on',
      {},
      ["trap '' HUP; sh -c \"trap '' HUP; sleep 4243; true\"\n"],
      'sleep 4243',
    ],
    [
      'a program that ignores being hung up on and begins others',
      {},
      ["trap '' HUP; while :; do sleep 4246; done\n"],
      'sleep 4246',
    ],
    ['shells within shells', {}, ['sh\n', 'sh\n', 'sleep 4244\n'], 'sleep 4244'],
    [
      'a program without terminal and its children',
      { command: 'sleep 4245; true', tty: 'false' },
      [],
      'sleep 4245',
    ],
  ])('ends %s with the session', async (_, args: Record<string, string>, lines, trace) => {
    const before = await processesOf(alpine)
    const session = await exec(alpine, args)
    for (const line of lines) session.type(line)
    await eventually('the program', async () => (await processesOf(alpine)).includes(trace))
    session.close()
    await session.over
    expect(await processesOf(alpine)).toBe(before)
  })

  test('leaves jobs in the background to their shell', async () => {
    const session = await exec(debian)
    session.type('nohup sleep 4250 >/dev/null 2>&1 &\n')
    session.type('sleep 4251\n')
    await eventually('both', async () => {
      const running = await processesOf(debian)
      // Until it has become the program, nohup may not have ignored being hung up on yet.
      return (
        !running.includes('nohup') &&
        ['sleep 4250', 'sleep 4251'].every((command) => running.includes(command))
      )
    })
    session.close()
    await session.over
    const left = await processesOf(debian)
    expect(left).toContain('sleep 4250')
    expect(left).not.toContain('sleep 4251')
    await docker.docker('exec', debian, 'pkill', '-f', 'sleep 4250')
  })

  test('ends it also when the app never got the answer, or the probe stops', async () => {
    const own = createDockerCollector({ clock, hostId: 'here', log, dockerHost: docker.host, env: {} })
    await own.start(() => {})
    const before = await processesOf(bare)
    const outcome = await useControl(own, 'docker_exec_container', bare, sh('sleep 4260'))
    const session = joinSession(
      await useControl(own, 'docker_exec_container', bare, { command: '["/bin/busybox","sleep","4261"]' }),
    )
    await eventually('both', async () => {
      const running = await processesOf(bare)
      return running.includes('4260') && running.includes('4261')
    })
    outcome.opened?.abandon()
    await eventually('the first to end', async () => !(await processesOf(bare)).includes('4260'))
    await own.stop()
    await session.over
    expect(await processesOf(bare)).toBe(before)
  })

  describe('of which the probe does not see the pids', () => {
    let blind: string
    let own: Collector

    /** Runs a program, by a line that is typed unless it has arguments of its own, and goes away when it runs. */
    const runAndClose = async (id: string, args: Record<string, string>, line: string, trace: string) => {
      const session = joinSession(await useControl(own, 'docker_exec_container', id, args))
      if (args.tty === undefined) session.type(`${line}\n`)
      await eventually('the program', async () => isRunning(await processesOf(id), trace))
      session.close()
      await session.over
    }

    beforeAll(async () => {
      blind = await mkdtemp(join(tmpdir(), 'scope-proc-'))
      own = createDockerCollector({
        clock,
        hostId: 'here',
        log,
        dockerHost: docker.host,
        env: {},
        procRoot: blind,
      })
      await own.start(() => {})
    })
    afterAll(async () => {
      await own?.stop()
      await rm(blind, { recursive: true })
    })

    test.each<[string, () => string, Record<string, string>]>([
      ['a terminal', () => alpine, {}],
      ['a program without terminal', () => alpine, { tty: 'false', command: 'sleep 4270; true' }],
      ["another user's terminal", () => alpine, { user: '1000' }],
      ["another user's program", () => alpine, { user: 'app', tty: 'false', command: 'sleep 4270; true' }],
      ['a terminal by the shell of Debian', () => debian, {}],
      ["another user's terminal by the shell of Debian", () => debian, { user: '1000:1000' }],
    ])('it ends %s from within the container', async (_, container, args) => {
      const before = await processesOf(container())
      await runAndClose(container(), args, 'sleep 4270', 'sleep 4270')
      await eventually('its end', async () => (await processesOf(container())) === before)
    })

    test.each<[string, string[]]>([
      ['is not root', ['--user', '1000']],
      ['is not root and in which nobody has capabilities', ['--user', '1000', '--cap-drop', 'ALL']],
      ['is root without capabilities', ['--cap-drop', 'ALL']],
    ])('it ends them in a container whose user %s', async (user, options) => {
      const id = await startContainer(user.replaceAll(' ', '-'), options, `${image}:alpine`, [
        'sleep',
        '100000',
      ])
      const before = await processesOf(id)
      for (const args of [{}, { tty: 'false', command: 'sleep 4273; true' }] as Record<string, string>[]) {
        await runAndClose(id, args, 'sleep 4273', 'sleep 4273')
        await eventually('its end', async () => (await processesOf(id)) === before)
      }
      await docker.docker('rm', '-f', id)
    })

    test('it ends them by a shell alone: no other program need be there', async () => {
      const id = await docker.run('shell-alone')
      await docker.docker('exec', id, '/bin/busybox', 'ln', '-s', 'busybox', '/bin/sh')
      const before = await processesOf(id)
      await runAndClose(id, {}, '/bin/busybox sleep 4274', 'sleep 4274')
      await eventually('its end', async () => (await processesOf(id)) === before)
      await docker.docker('rm', '-f', id)
    })

    test.each<[string, string[], Record<string, string>]>([
      ['a terminal', [], {}],
      [
        'a program',
        [],
        { tty: 'false', command: 'setsid sleep 4275 </dev/null >/dev/null 2>&1 & sleep 1; sleep 4276; true' },
      ],
      ["another user's terminal", [], { user: '1000' }],
      ['a terminal in the pid namespace of the host', ['--pid', 'host'], {}],
    ])('it ends %s, not a session that was begun in it', async (what, options, args) => {
      const name = `setsid-${what.replace(/\W/g, '-')}`
      const id = await startContainer(name, options, `${image}:alpine`, ['sleep', '100000'])
      // From now on pids have as many digits as each other, so that they come in the order in which they began.
      await docker.docker('exec', id, 'sh', '-c', 'for i in $(seq 20); do /bin/busybox true; done')
      const line = 'setsid sleep 4275 </dev/null >/dev/null 2>&1 & sleep 1; sleep 4276'
      await runAndClose(id, args, line, 'sleep 4276')
      const left = await processesOf(id)
      expect(left).toContain('sleep 4275')
      expect(left).not.toContain('sleep 4276')
      await docker.docker('rm', '-f', id)
    })

    test('it ends nothing when the program has ended and left a session behind that holds its output', async () => {
      const id = await startContainer('orphan', [], `${image}:alpine`, ['sleep', '100000'])
      const args = { tty: 'false', command: 'setsid sleep 4277 & sleep 1' }
      const session = joinSession(await useControl(own, 'docker_exec_container', id, args))
      // Before the program has begun, its end would be seen as well. At last it may be `sleep` itself.
      await eventually('the session', async () => isRunning(await processesOf(id), 'sleep 4277'))
      await eventually('the end of the program', async () => !/ -c | sleep 1$/m.test(await processesOf(id)))
      session.close()
      await session.over
      expect(await processesOf(id)).toContain('sleep 4277')
      await docker.docker('rm', '-f', id)
    })
  })

  test('holds up a program whose output is not read, and loses none of it', async () => {
    const [bytes, count] = [65536, 4096]
    const outcome = await useControl(
      collector,
      'docker_exec_container',
      bare,
      sh(`dd if=/dev/zero bs=${bytes} count=${count} 2>/dev/null`),
    )
    expect(outcome.opened).toBeDefined()
    const [near, far] = duplexPair({ objectMode: true })
    const over = outcome.opened?.attach(far)
    const held = async () => {
      const written = Number(/wchar: (\d+)/.exec(await readIo())?.[1] ?? 0)
      return written
    }
    const pid = await eventually('the program', async () => {
      const line = (await processesOf(bare)).split('\n').find((each) => each.includes('dd if='))
      return line?.trim().split(/\s+/)[0]
    })
    const readIo = async () => (await run('cat', [`/proc/${pid}/io`])).stdout
    let last = -1
    const stuck = await eventually('the program to stand still', async () => {
      const now = await held()
      const isStill = now === last && now > 0
      last = now
      return isStill ? now : undefined
    })
    expect(stuck).toBeLessThan(16 * 1024 * 1024)
    let got = 0
    near.on('data', ({ lane, bytes: part }: { lane: string; bytes: Uint8Array }) => {
      if (lane === 'out') got += part.length
    })
    await over
    await eventually('all of it', () => got === bytes * count)
  })

  test('tells that the container is paused, or gone', async () => {
    const id = await docker.run('paused')
    await docker.pause(id)
    await expect(exec(id)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('paused'),
    })
    await docker.docker('rm', '-f', id)
    await expect(exec(id)).rejects.toMatchObject({ code: 'unknown_node' })
  })

  test('ends with the container', async () => {
    const id = await docker.run('brief')
    const session = await exec(id)
    await docker.docker('kill', id)
    await session.over
    expect(session.exit()).toEqual({ code: 137 })
    await docker.docker('rm', id)
  })
})
