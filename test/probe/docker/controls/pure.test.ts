import { describe, expect, test } from 'vitest'
import type { ControlUse } from '../../../../src/probe/controls/control.ts'
import { containerControls } from '../../../../src/probe/docker/controls/descriptions.ts'
import { execArguments, execArgumentsOf } from '../../../../src/probe/docker/controls/exec/exec-arguments.ts'
import {
  foregroundOf,
  parseSessionStat,
  type SessionStat,
} from '../../../../src/probe/docker/controls/exec/foreground.ts'
import { waysToRun } from '../../../../src/probe/docker/controls/exec/shell.ts'
import { failureOf, stageOf } from '../../../../src/probe/docker/controls/exec/start-exec.ts'
import { explainFailure } from '../../../../src/probe/docker/controls/failure.ts'
import { changeLife, patienceFor } from '../../../../src/probe/docker/controls/life.ts'
import { logArgumentsOf, momentOf } from '../../../../src/probe/docker/controls/log-arguments.ts'
import { offeredOn } from '../../../../src/probe/docker/controls/offered.ts'
import { signalArgument, signalOf } from '../../../../src/probe/docker/controls/signal-argument.ts'
import { demultiplex } from '../../../../src/probe/docker/controls/streams/demultiplex.ts'
import { createResizer } from '../../../../src/probe/docker/controls/streams/resizer.ts'
import type { ContainerMessage } from '../../../../src/probe/docker/daemon/messages.ts'
import { controlDescriptionSchema } from '../../../../src/report/control/control.ts'

describe('the controls of containers', () => {
  const state = (Status: string, flags: object = {}) => ({
    Status,
    Running: false,
    Paused: false,
    Restarting: false,
    ...flags,
  })
  test.each([
    ['created', {}, ['get_logs', 'start', 'remove']],
    ['running', { Running: true }, ['get_logs', 'attach', 'exec', 'restart', 'pause', 'stop', 'kill']],
    ['paused', { Running: true, Paused: true }, ['get_logs', 'unpause', 'kill']],
    ['restarting', { Running: true, Restarting: true }, ['get_logs', 'restart', 'stop']],
    ['exited', {}, ['get_logs', 'start', 'remove']],
    ['dead', {}, ['get_logs', 'remove']],
    ['removing', {}, ['get_logs']],
    // Podman's words
    ['stopped', {}, ['get_logs', 'start', 'remove']],
    ['', { Running: true }, ['get_logs', 'attach', 'exec', 'restart', 'pause', 'stop', 'kill']],
  ])('that are offered while it is "%s" %j', (status, flags, expected) => {
    const shortened = offeredOn(state(status, flags)).map((id) => id.replace(/^docker_|_container$/g, ''))
    expect(shortened).toEqual(expected)
  })

  test('are described as an app takes them, by rank, and ask first when they interrupt or end something', () => {
    const all = Object.values(containerControls)
    for (const control of all) expect(controlDescriptionSchema.safeParse(control).error).toBeUndefined()
    expect(all.map(({ rank }) => rank)).toEqual(all.map((_, index) => index))
    const asking = all.filter((control) => 'confirmation' in control).map(({ label }) => label)
    expect(asking).toEqual(['Restart', 'Pause', 'Stop', 'Kill', 'Remove'])
    expect(all.filter((control) => 'enters' in control).map(({ label }) => label)).toEqual([
      'Attach',
      'Exec shell',
    ])
  })
})

describe('a container whose tasks cannot be frozen at a moment', () => {
  const notFrozen = Object.assign(
    new Error('(HTTP code 500) server error - Cannot pause: OCI runtime pause failed: unable to freeze '),
    { statusCode: 500 },
  )
  /** Pauses one where the first tries fail. @returns how often Docker was asked */
  const pauseAfter = async (failures: number, failure: Error, signal = new AbortController().signal) => {
    let asked = 0
    const act = async () => {
      if (asked++ < failures) throw failure
    }
    const container = { Id: 'e1fc' } as ContainerMessage
    const use = { nodeId: 'e1fc;<container>', args: {}, signal } as ControlUse
    const outcome = await changeLife({ actions: { act }, container }, 'pause', use).catch(String)
    return { asked, outcome }
  }

  test('is frozen at the next try', async () => {
    expect(await pauseAfter(2, notFrozen)).toEqual({ asked: 3, outcome: {} })
  })

  test('is told after the third, and at once when it fails for another reason or nobody waits', async () => {
    expect(await pauseAfter(9, notFrozen)).toEqual({ asked: 3, outcome: expect.stringContaining('freeze') })
    const other = Object.assign(new Error('(HTTP code 500) server error - no space '), { statusCode: 500 })
    expect(await pauseAfter(9, other)).toEqual({ asked: 1, outcome: expect.stringContaining('no space') })
    expect((await pauseAfter(9, notFrozen, AbortSignal.abort())).asked).toBe(1)
  })
})

describe("what Docker's refusals are called", () => {
  const id = 'e1fc9e6c62f6eb1262cba6d7c6399e9ef347f9359aa3bb1dfaa459406803d1db'
  const answered = (statusCode: number, message: string) =>
    Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), {
      statusCode,
      json: { message },
    })
  const streamed = (statusCode: number, message: string) =>
    Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message}\n `), {
      statusCode,
      json: null,
    })
  const notModified = (reason: string) =>
    Object.assign(new Error(`(HTTP code 304) ${reason} -  `), {
      statusCode: 304,
      reason,
      json: Buffer.alloc(0),
    })

  test.each([
    [notModified('container already started'), 'conflict', 'the container runs already'],
    [notModified('container already stopped'), 'conflict', 'the container does not run'],
    [answered(409, `Container ${id} is already paused`), 'conflict', 'the container is paused already'],
    [answered(500, `Container ${id} is not paused`), 'conflict', 'the container is not paused'],
    [answered(409, `Container ${id} is not running`), 'conflict', 'the container does not run'],
    [
      answered(409, `Cannot kill container: ${id}: Container ${id} is not running`),
      'conflict',
      'the container does not run',
    ],
    [
      answered(409, `Container ${id} is paused, unpause the container before exec`),
      'conflict',
      'the container is paused; unpause it first',
    ],
    [
      answered(409, 'cannot start a paused container, try unpause instead'),
      'conflict',
      'the container is paused; unpause it first',
    ],
    [
      streamed(409, `container ${id} is paused, unpause the container before attach`),
      'conflict',
      'the container is paused; unpause it first',
    ],
    [
      answered(
        409,
        `You cannot remove a running container ${id}. Stop the container before attempting removal`,
      ),
      'conflict',
      'the container runs; stop it first',
    ],
    [
      answered(409, `Container ${id} is restarting, wait until the container is running`),
      'conflict',
      'the container is just restarting; wait until it runs, or stop it',
    ],
    [
      answered(409, `removal of container ${id} is already in progress`),
      'conflict',
      'the container is being removed already',
    ],
    [answered(404, `No such container: ${id}`), 'unknown_node', 'there is no such container any more'],
    [answered(404, 'network abc not found'), 'docker_failed', 'Docker did not do it: network abc not found'],
    [
      answered(400, 'Invalid signal: SIGFOO'),
      'invalid_params',
      'Docker did not do it: Invalid signal: SIGFOO',
    ],
    [
      answered(500, 'Bind for 0.0.0.0:80 failed: port is already allocated'),
      'docker_failed',
      'Docker did not do it: Bind for 0.0.0.0:80 failed: port is already allocated',
    ],
    [
      Object.assign(new Error('connect ENOENT /var/run/docker.sock'), { code: 'ENOENT' }),
      'docker_unreachable',
      'Docker could not be asked to do it: it does not run',
    ],
    [
      Object.assign(new Error('aborted'), { name: 'AbortError' }),
      'timeout',
      'Docker did not do it in time; it may still do so',
    ],
  ])('%s', (error, code, message) => expect(explainFailure('do it', error)).toMatchObject({ code, message }))
})

describe('arguments', () => {
  test.each([
    [{}, { command: undefined, tty: true, user: undefined, workdir: undefined }],
    [
      { command: '', tty: '' },
      { command: undefined, tty: true, user: undefined, workdir: undefined },
    ],
    [{ command: '["ls","-l"]' }, { command: ['ls', '-l'] }],
    [
      { command: ' ["a"] ', tty: 'false' },
      { command: ['a'], tty: false },
    ],
    [{ command: '[ -e /x ] && ls' }, { command: '[ -e /x ] && ls' }],
    [
      { command: 'ls -l | wc', user: '1000:app', workdir: '/tmp' },
      { command: 'ls -l | wc', user: '1000:app', workdir: '/tmp' },
    ],
  ])('of exec: %j', (given, expected) => expect(execArgumentsOf(given as never)).toMatchObject(expected))

  test.each([
    [{ command: '[]' }, /command/],
    [{ command: '[1]' }, /command/],
    [{ command: 'a\0b' }, /command: contains a NUL/],
    [{ tty: 'yes' }, /tty/],
    [{ user: 'a b' }, /user/],
    [{ workdir: 'here' }, /workdir/],
    [{ shell: 'x' }, /shell/],
  ])('of exec that are wrong: %j', (given, words) =>
    expect(() => execArgumentsOf(given as never)).toThrow(words),
  )

  const nowMs = Date.parse('2026-01-02T03:04:05Z')
  test.each([
    ['2026-01-02T03:04:05Z', '1767323045.000000000'],
    ['2026-01-02T03:04:05.000000001Z', '1767323045.000000001'],
    ['2026-01-02T04:04:05.5+01:00', '1767323045.500000000'],
    ['10m', '1767322445.000000'],
    ['1h30m', '1767317645.000000'],
    ['1.5h', '1767317645.000000'],
    ['250ms', '1767323044.750000'],
    ['1d', '1767236645.000000'],
    ['1767323045.25', '1767323045.25'],
    ['yesterday', undefined],
    ['10', '10'],
    ['-10m', undefined],
    ['2026-13-02T03:04:05Z', undefined],
    ['', undefined],
  ])('the moment %s', (text, expected) => expect(momentOf(text, nowMs)).toBe(expected))

  test('of logs', () => {
    const all = { follow: true, tail: 'all', stdout: true, stderr: true, timestamps: true }
    expect(logArgumentsOf({}, nowMs)).toEqual({ ...all, since: undefined, until: undefined })
    expect(
      logArgumentsOf(
        { follow: 'false', tail: '10', stderr: 'false', since: '10m', timestamps: 'false' },
        nowMs,
      ),
    ).toEqual({
      ...all,
      follow: false,
      tail: '10',
      stderr: false,
      timestamps: false,
      since: '1767322445.000000',
      until: undefined,
    })
  })
  test.each([
    [{ tail: '-1' }, /tail: expected a number of lines/],
    [{ since: 'soon' }, /since: "soon" is no time/],
    [{ stdout: 'false', stderr: 'false' }, /either/],
    [{ lines: '1' }, /lines/],
  ])('of logs that are wrong: %j', (given, words) =>
    expect(() => logArgumentsOf(given as never, nowMs)).toThrow(words),
  )

  test.each([
    [undefined, 'SIGKILL'],
    ['', 'SIGKILL'],
    ['hup', 'SIGHUP'],
    ['SIGTERM', 'SIGTERM'],
    ['9', '9'],
    ['RTMIN+3', 'SIGRTMIN+3'],
  ])('the signal %s', (text, expected) => expect(signalOf(text)).toBe(expected))
  test('of exec that a person can fill in are all there are, and what each is when it is left out', () => {
    const usual = execArguments.flatMap((argument) =>
      'default' in argument ? [[argument.name, argument.default]] : [],
    )
    expect(execArgumentsOf(Object.fromEntries(usual))).toEqual(execArgumentsOf({}))
    expect(execArguments.map(({ name }) => name).sort()).toEqual(Object.keys(execArgumentsOf({})).sort())
  })
  test('the signals that a person can choose, and the one that is sent when none is', () => {
    expect(signalArgument.choices.map((choice) => signalOf(choice))).toEqual(signalArgument.choices)
    expect(signalArgument.default).toBe(signalOf(undefined))
  })

  test.each(['0', '65', '-9', 'SIG TERM', 'SIGTERM;reboot'])('no signal: %s', (text) =>
    expect(() => signalOf(text)).toThrow(/expected a name such as SIGTERM/),
  )
})

test.each([
  [undefined, 60_000, { ms: 35_000, isEnough: true }],
  [1, 60_000, { ms: 26_000, isEnough: true }],
  [50, 60_000, { ms: 58_000, isEnough: true }],
  [51, 60_000, { ms: 58_000, isEnough: false }],
  [300, 60_000, { ms: 58_000, isEnough: false }],
  [-1, 60_000, { ms: 58_000, isEnough: false }],
])('to stop a container that has %s s for it', (seconds, controlMs, expected) =>
  expect(patienceFor(seconds, controlMs)).toEqual(expected),
)

test.each([
  [
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown\r\n',
    { code: 127, cause: 'program' },
  ],
  ['… exec: "/nope": stat /nope: no such file or directory: unknown', { code: 127, cause: 'program' }],
  ['… exec: "/etc": permission denied: unknown', { code: 126, cause: 'program' }],
  ['… exec /x: exec format error', { code: 126, cause: 'program' }],
  ['unable to find user x: no matching entries in passwd file', { code: 126, cause: 'user' }],
  [
    '… chdir to cwd ("/nope") set in config.json failed: no such file or directory',
    { code: 126, cause: 'workdir' },
  ],
  ['write /proc/self/attr/keycreate: something', { code: 126, cause: 'other' }],
])('why a program was not run: %s', (text, expected) => expect(failureOf(text)).toMatchObject(expected))

test.each([
  [{ Running: false, Pid: 0, ExitCode: null }, 'pending'],
  [{ Running: true, Pid: 0, ExitCode: null }, 'pending'],
  [{ Running: true, Pid: 7, ExitCode: null }, 'running'],
  [{ Running: true, Pid: 7, ExitCode: 0 }, 'running'],
  [{ Running: false, Pid: 7, ExitCode: 0 }, 'ended'],
  [{ Running: false, Pid: 7, ExitCode: 127 }, 'ended'],
  [{ Running: false, Pid: 0, ExitCode: 126 }, 'failed'],
  [{ Running: false, ExitCode: 126 }, 'failed'],
])('how far a program has come: %j', (state, expected) => expect(stageOf(state)).toBe(expected))

test('a line and a shell can be run in several ways, a program in one', () => {
  expect(waysToRun(['ls', '-l'])).toEqual([['ls', '-l']])
  expect(waysToRun('ls | wc')[0]).toEqual(['sh', '-c', 'ls | wc'])
  expect(waysToRun('ls').at(-1)).toEqual(['/bin/busybox', 'sh', '-c', 'ls'])
  expect(waysToRun(undefined).map((argv) => argv[0])).toEqual(waysToRun('ls').map((argv) => argv[0]))
})

describe('the processes that end with a session', () => {
  const stat = (
    pid: number,
    parent: number,
    group: number,
    more: Partial<SessionStat> = {},
  ): SessionStat => ({
    pid,
    parent,
    group,
    session: 10,
    front: -1,
    startTicks: pid,
    isZombie: false,
    ...more,
  })
  const pids = (list: readonly SessionStat[]) => list.map(({ pid }) => pid)

  test('are read from the kernel', () => {
    const fields = 'S 5 10 10 34816 12 4194304 1 2 3 4 5 6 7 8 20 0 1 0 777 1 2'
    expect(parseSessionStat(`10 (a) b) ${fields}`)).toEqual({
      pid: 10,
      parent: 5,
      group: 10,
      session: 10,
      front: 12,
      startTicks: 777,
      isZombie: false,
    })
    expect(parseSessionStat('')).toBeUndefined()
    expect(parseSessionStat('10 (a) S 5 10')).toBeUndefined()
  })

  test('with a terminal are the shell, the foreground and the shells in between, not the background', () => {
    const leader = stat(10, 1, 10, { front: 30 })
    const all = [
      leader,
      stat(11, 10, 11), // a job in the background
      stat(20, 10, 20), // a shell in the shell
      stat(21, 20, 21), // its job in the background
      stat(30, 20, 30), // what it runs in the foreground
      stat(31, 30, 30),
      stat(32, 30, 30, { isZombie: true }),
      stat(40, 1, 30, { session: 40 }), // of another session
    ]
    expect(pids(foregroundOf(leader, all, true))).toEqual([10, 20, 30, 31])
  })

  test('without terminal are all of its session', () => {
    const leader = stat(10, 1, 10)
    const all = [leader, stat(11, 10, 11), stat(12, 1, 12), stat(13, 10, 13, { session: 13 })]
    expect(pids(foregroundOf(leader, all, false))).toEqual([10, 11, 12])
  })
})

describe('multiplexed output', () => {
  const frame = (kind: number, text: string) => {
    const header = Buffer.alloc(8)
    header[0] = kind
    header.writeUInt32BE(Buffer.byteLength(text), 4)
    return Buffer.concat([header, Buffer.from(text)])
  }
  const lanesOf = async (parts: Uint8Array[]) => {
    const texts: Record<string, string> = {}
    async function* source() {
      yield* parts
    }
    for await (const { lane, bytes } of demultiplex(source()))
      texts[lane] = (texts[lane] ?? '') + Buffer.from(bytes).toString()
    return texts
  }
  const whole = Buffer.concat([
    frame(1, 'one'),
    frame(2, 'oops'),
    frame(1, ''),
    frame(1, ' two'),
    frame(2, '!'),
  ])

  test.each([1, 2, 3, 7, 8, 9, 1000])('comes in parts of %i bytes', async (size) => {
    const parts = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    )
    expect(await lanesOf(parts)).toEqual({ out: 'one two', err: 'oops!' })
  })
  test('that is none is refused', async () => {
    await expect(lanesOf([Buffer.from('plain text of a terminal')])).rejects.toThrow(/unknown kind/)
  })
})

test('of sizes that come while one is set, only the last one is set', async () => {
  const set: number[] = []
  let free = () => {}
  const resize = createResizer(({ columns }) => {
    set.push(columns)
    return new Promise((resolve) => {
      free = resolve
    })
  })
  for (const columns of [1, 2, 3]) resize({ columns, rows: 1 })
  expect(set).toEqual([1])
  free()
  await new Promise((resolve) => setImmediate(resolve))
  expect(set).toEqual([1, 3])
})
