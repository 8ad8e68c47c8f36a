import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loginOf } from '../../../../src/probe/host/controls/login.ts'
import { shellCommand } from '../../../../src/probe/host/controls/shell-command.ts'
import { openTerminal, type Terminal } from '../../../../src/probe/host/controls/terminal.ts'
import { eventually } from '../../../support/eventually.ts'

const uid = process.geteuid?.() ?? 0
let home: string
let terminals: Terminal[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'scope-terminal-'))
})
afterEach(async () => {
  for (const terminal of terminals) {
    terminal.hangUp()
    terminal.kill()
  }
  await Promise.all(terminals.map(({ exited }) => exited))
  terminals = []
  await rm(home, { recursive: true, force: true })
})

const fail = (error: unknown): never => {
  throw error
}

const open = async (shell = '/bin/sh', graceMs = 200): Promise<Terminal> => {
  const login = loginOf({ name: 'me', uid, gid: 0, home, shell }, uid)
  const here = { root: '', isElsewhere: false }
  const terminal = await openTerminal(shellCommand(login, here, true), { graceMs, onError: fail })
  terminals.push(terminal)
  return terminal
}

/** Collects what is shown. */
const watch = ({ screen }: Terminal): { text: () => string } => {
  const chunks: Buffer[] = []
  screen.on('data', (bytes: Buffer) => chunks.push(bytes))
  return { text: () => Buffer.concat(chunks).toString() }
}

const shown = (screen: { text: () => string }, what: string | RegExp): Promise<string> =>
  eventually(`${what} to be shown`, () => {
    const text = screen.text()
    return (typeof what === 'string' ? text.includes(what) : what.test(text)) && text
  })

/** State letter of a process; undefined when there is none. */
const stateOf = (pid: number): string | undefined => {
  try {
    return /^\d+ \(.*\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

const gone = (pid: number): Promise<boolean> =>
  eventually(`process ${pid} to be gone, also as a zombie`, () => stateOf(pid) === undefined)

/** The terminals that this process has open. */
const ptys = (): string[] =>
  readdirSync('/proc/self/fdinfo').filter((fd) => {
    try {
      return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').includes('tty-index')
    } catch {
      // That of the directory itself.
      return false
    }
  })

describe('a program on a terminal', () => {
  test('has it as its controlling one, of a size, with UTF-8, in a session of its own', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    terminal.keyboard.write('tty; stty size; stty -a | grep -o iutf8; echo on >/dev/tty; echo done:$$\n')
    const text = await shown(screen, `done:${terminal.pid}\r\n`)
    expect(text).toMatch(/\/dev\/pts\/\d+\r\n24 80\r\niutf8\r\non\r\n/)
    const [, , , , group, session] = readFileSync(`/proc/${terminal.pid}/stat`, 'utf8').split(' ')
    expect([group, session]).toEqual([`${terminal.pid}`, `${terminal.pid}`])
  })

  test('has no other open files, and no variable of the probe', async () => {
    const secret = 'SCOPE_TEST_SECRET'
    process.env[secret] = 'hidden'
    const held = openSync('/dev/null', 'r')
    try {
      const terminal = await open()
      const screen = watch(terminal)
      terminal.keyboard.write('ls /proc/$$/fd | tr "\\n" " "; echo; env; echo do""ne\n')
      const text = await shown(screen, 'done\r\n')
      const fds = /\r\n([\d ]+)\r\n/.exec(text)?.[1]?.trim().split(' ').map(Number) ?? []
      // Besides standard input, output and error, the shell itself has one, for its job control.
      expect(fds.filter((fd) => fd > 2).length).toBeLessThanOrEqual(1)
      expect(text).not.toContain('hidden')
      expect(text).toContain(`HOME=${home}\r\n`)
      expect(text).toContain('USER=me\r\n')
    } finally {
      delete process.env[secret]
      closeSync(held)
    }
  })

  test.each([
    ['exit 7', { code: 7 }],
    ['exit', { code: 0 }],
    ['kill -9 $$', { signal: 'SIGKILL' }],
  ])('that ends with %s is not left as a zombie, and its terminal is closed', async (line, exit) => {
    const before = ptys().length
    const terminal = await open()
    watch(terminal)
    terminal.keyboard.write(`${line}\n`)
    expect(await terminal.exited).toEqual(exit)
    await eventually('the terminal to be closed', () => terminal.screen.destroyed)
    await gone(terminal.pid)
    expect(ptys()).toHaveLength(before)
  })

  test('is told when the terminal is resized', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    terminal.keyboard.write(
      'sh -c "trap \\"stty size\\" WINCH; echo rea\\"\\"dy; while :; do sleep 0.05; done"\n',
    )
    await shown(screen, 'ready\r\n')
    terminal.resize({ columns: 132, rows: 43 })
    await shown(screen, '43 132\r\n')
  })

  test('reads all that is typed, however slowly it reads', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    const bytes = 1_000_000
    terminal.keyboard.write(`stty raw -echo; echo go; sleep 0.3; head -c ${bytes} | md5sum; stty sane\n`)
    await shown(screen, 'go\n')
    const typed = Buffer.alloc(bytes, 'The quick brown fox. ')
    terminal.keyboard.write(typed)
    await shown(screen, createHash('md5').update(typed).digest('hex'))
  })

  test('is typed for while it reads nothing, and nobody waits for it', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    terminal.keyboard.write('stty raw -echo; echo go; sleep 1000; stty sane\n')
    // As it comes from `echo`, raw: what was typed is shown before the shell has read it.
    await shown(screen, 'go\n')
    terminal.keyboard.write(Buffer.alloc(100_000, 'x'))
    // This is reached only if the call that types has returned.
    await sleep(50)
    expect(terminal.keyboard.writableLength).toBeGreaterThan(0)
    terminal.hangUp()
    await eventually('what is left to be dropped', () => terminal.keyboard.writableLength === 0)
    await terminal.exited
  })

  test('waits while nobody reads what it writes, and loses nothing of it', async () => {
    const terminal = await open()
    const done = join(home, 'done')
    terminal.keyboard.write(`stty -onlcr; seq 1 200000; touch ${done}; exit\n`)
    await eventually('seq to wait', async () => {
      const children = await readFile(`/proc/${terminal.pid}/task/${terminal.pid}/children`, 'utf8')
      return children.trim() !== '' && stateOf(Number(children)) === 'S'
    })
    await sleep(200)
    expect(existsSync(done)).toBe(false)
    const screen = watch(terminal)
    await terminal.exited
    await eventually('the terminal to be closed', () => terminal.screen.destroyed)
    expect(screen.text()).toContain(`1\n2\n3\n`)
    expect(screen.text()).toContain(Array.from({ length: 1000 }, (_, i) => `${199_001 + i}\n`).join(''))
  })

  test('does not take the threads in which files are read', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => open()))
    for (const terminal of opened) watch(terminal)
    for (let i = 0; i < 20; i++) await readFile('/proc/self/stat')
    expect(opened).toHaveLength(12)
  })
})

describe('a terminal that is hung up', () => {
  test('ends the shell and its job in the foreground', async () => {
    const terminal = await open('/bin/sh', 60_000)
    const screen = watch(terminal)
    terminal.keyboard.write('sh -c "echo job:\\$\\$; exec sleep 1000"\n')
    const job = Number(/job:(\d+)\r/.exec(await shown(screen, /job:\d+\r/))?.[1])
    terminal.hangUp()
    await terminal.exited
    await gone(job)
    await gone(terminal.pid)
  })

  test('ends by force what does not heed it', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    terminal.keyboard.write(
      'trap "" HUP; sh -c "trap \\"\\" HUP; echo job:\\$\\$; while :; do sleep 1; done"\n',
    )
    const job = Number(/job:(\d+)\r/.exec(await shown(screen, /job:\d+\r/))?.[1])
    terminal.hangUp()
    expect(await terminal.exited).toEqual({ signal: 'SIGKILL' })
    await gone(job)
  })

  test('leaves alone what was meant to go on', async () => {
    const terminal = await open()
    const screen = watch(terminal)
    terminal.keyboard.write("setsid sh -c 'echo job:$$; exec sleep 1000 >/dev/null 2>&1 </dev/null' &\n")
    const job = Number(/job:(\d+)\r/.exec(await shown(screen, /job:\d+\r/))?.[1])
    terminal.hangUp()
    await terminal.exited
    terminal.kill()
    expect(stateOf(job)).toMatch(/[RSD]/)
    process.kill(job)
  })

  test('can be hung up again, and resized, to no effect', async () => {
    const terminal = await open()
    terminal.hangUp()
    terminal.hangUp()
    terminal.resize({ columns: 10, rows: 10 })
    terminal.keyboard.write('exit\n')
    await terminal.exited
  })
})

test('a program that cannot be run is an error, and leaves no terminal open', async () => {
  const before = ptys().length
  const command = { file: '/no/such/shell', args: [], env: {}, cwd: '/', ptmx: '/dev/ptmx' }
  await expect(openTerminal(command, { onError: fail })).rejects.toThrow('ENOENT')
  expect(ptys()).toHaveLength(before)
})

test('a machine without pseudo-terminals is an error that says so', async () => {
  const command = { file: '/bin/sh', args: [], env: {}, cwd: '/', ptmx: join(home, 'ptmx') }
  await expect(openTerminal(command, { onError: fail })).rejects.toThrow('no pseudo-terminal can be opened')
})
