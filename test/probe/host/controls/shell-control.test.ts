import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { duplexPair } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import type { Chunk } from '../../../../src/channel/stream.ts'
import type { ControlUse } from '../../../../src/probe/controls/control.ts'
import { createShellControl } from '../../../../src/probe/host/controls/shell-control.ts'
import { eventually } from '../../../support/eventually.ts'
import { quietLogin } from '../../../support/machine/quiet-login.ts'
import { describeWith } from '../../../support/machine/requirements.ts'
import { hostNode } from '../../../support/reports/reports.ts'

const uid = process.geteuid?.() ?? 0
const login = quietLogin()
afterAll(login.remove)
const fail = (error: unknown): never => {
  throw error
}
const use = (signal = new AbortController().signal): ControlUse => {
  const node = hostNode('alpha')
  return { nodeId: node.id, node, args: {}, signal }
}

/** Types lines into a shell, and returns all that is shown until it ends. */
const session = async (
  opened: NonNullable<Awaited<ReturnType<typeof open>>>,
  lines: string,
): Promise<string> => {
  const [far, near] = duplexPair({ objectMode: true })
  const shown: Uint8Array[] = []
  far.on('data', ({ lane, bytes }: Chunk) => lane === 'out' && shown.push(bytes))
  const ended = opened.attach(near)
  far.write({ lane: 'in', bytes: Buffer.from(lines) } satisfies Chunk)
  await ended
  return Buffer.concat(shown).toString()
}

const createShell = () =>
  createShellControl({ procRoot: '/proc', uid, passwdPath: login.passwdPath, onError: fail })

const open = async () => {
  const { control } = createShell()
  return (await control.run(use())).opened
}

describe('a shell on the host', () => {
  test('is a login shell of the user, at home', async () => {
    const { name, home, shell } = login
    writeFileSync(join(home, '.bash_profile'), 'greeting="Welcome home"\n')
    const opened = await open()
    if (opened === undefined) throw new Error('no shell was opened')
    expect(opened.tty).toBe(true)
    const text = await session(
      opened,
      'echo "$greeting: $LOGNAME is at $(pwd) with $SHELL, $0, $(ps -o args= $$)"; exit\n',
    )
    expect(text).toContain(`Welcome home: ${name} is at ${home} with ${shell}, ${shell}, ${shell} -l\r\n`)
  })

  test('that nobody looks at ends when it is abandoned, or nobody waits for it', async () => {
    const { control, stop } = createShell()
    const { opened } = await control.run(use())
    opened?.abandon()
    await expect(control.run(use(AbortSignal.abort()))).rejects.toMatchObject({ code: 'cancelled' })
    await stop()
    await eventually('no child to be left', () => shellsOfThis().length === 0)
  })

  test('ends with the probe', async () => {
    const { control, stop } = createShell()
    const { opened } = await control.run(use())
    const [, near] = duplexPair({ objectMode: true })
    const ended = opened?.attach(near)
    near.on('error', () => {})
    await eventually('the shell', () => shellsOfThis().length === 1)
    await stop()
    await ended
    expect(shellsOfThis()).toEqual([])
  })
})

/** Children of this process that are login shells. */
const shellsOfThis = (): string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => {
      try {
        return pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('-l\0')
      } catch {
        return false
      }
    })

const node = fileURLToPath(new URL('../../../../tools/node', import.meta.url))
const program = fileURLToPath(new URL('shell-program.ts', import.meta.url))

/** Runs a shell of another user's probe, or in other namespaces, and returns what came of it. */
const elsewhere = (command: string, args: readonly string[], lines: string): string => {
  const { stdout, stderr } = spawnSync(command, [...args, node, program, login.passwdPath], {
    input: lines,
    encoding: 'utf8',
  })
  return stdout + stderr
}

describeWith(['root'], 'a shell of a probe', () => {
  const asUser = (id: number) => [`--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--inh-caps=-all', '--']

  test('that runs as a user without a shell is refused, and says why', () => {
    const text = elsewhere('setpriv', asUser(1), 'exit\n')
    expect(text).toContain('not_allowed: the probe runs as daemon, whose login shell is /usr/sbin/nologin')
  })

  test('that runs as a user who is not listed is /bin/sh, in /', () => {
    const text = elsewhere('setpriv', asUser(54_321), 'echo "$USER, $(id -u) at $PWD"; tty; exit\n')
    expect(text).toMatch(/54321, 54321 at \/\r\n\/dev\/pts\/\d+\r\n/)
  })

  test('that runs in a container is on the host, which it enters', () => {
    // The first process of the new pid namespace stands for the init of the host. The probe then leaves for mounts of its own.
    const inside = `mount -t tmpfs none /mnt && touch /mnt/inside && exec "$@"`
    const enter = ['--pid', '--fork', '--mount-proc', '--kill-child', 'sh', '-c']
    const start = `unshare --mount sh -c '${inside}' sh "$@"; exit`
    const lines = 'test -e /mnt/inside && echo in""side || echo out""side; tty; pwd; exit\n'
    const text = elsewhere('unshare', [...enter, start, 'sh'], lines)
    expect(text).toMatch(/outside\r\n\/dev\/pts\/\d+\r\n/)
    expect(text).toContain(`\r\n${login.home}\r\n`)
  })
})
