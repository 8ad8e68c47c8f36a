import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { findPortHolder, holderText } from '../../../src/cli/port/port-holder.ts'
import { freePort } from '../../support/machine/free-port.ts'

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const listen = (host: string): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, host, () => resolve((server.address() as { port: number }).port))
    servers.push(server)
  })

it.each(['127.0.0.1', '::'])('finds who listens on a port of %s', async (host) => {
  expect(findPortHolder(await listen(host))).toMatchObject({ pid: process.pid, program: expect.any(String) })
})

const LISTENS = `import { createServer } from 'node:net'
const server = createServer().listen(0, '127.0.0.1', () => console.log(server.address().port))
`
/** Runs a program that listens on a port; its file has this path in a directory that is no checkout of these tests. */
const runListening = async (
  path: string,
  args: readonly string[],
): Promise<{ port: number; child: ChildProcess; end: () => Promise<void> }> => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-port-'))
  const file = join(dir, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}')
  writeFileSync(file, LISTENS)
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, SCOPE_STATE_DIR: '/var/lib/of another' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const end = async () => {
    child.kill()
    await ended
    rmSync(dir, { recursive: true })
  }
  const [line] = await once(child.stdout, 'data')
  return { port: Number(line), child, end }
}

it.each<[string, string[], string | undefined]>([
  ['opt/scope/dist/program/main.js', ['app', '--app.http.address=:4040'], '/var/lib/of another'],
  ['scope/src/main.ts', ['app'], '/var/lib/of another'],
  ['scope/src/main.ts', ['probe'], undefined],
  ['scope/dist/program/supervisor.js', ['app'], undefined],
  ['scope/notdist/program/main.js', ['app'], undefined],
])('tells of %s with %j whose Scope it is', async (path, args, scopeStateDir) => {
  const { port, child, end } = await runListening(path, args)
  try {
    const holder = findPortHolder(port)
    expect(holder).toMatchObject({ pid: child.pid })
    expect(holder?.scopeStateDir).toBe(scopeStateDir)
  } finally {
    await end()
  }
})

it('finds nobody on a port that nobody listens on', async () => {
  expect(findPortHolder(await freePort())).toBeUndefined()
})

it.each([
  [undefined, 'another program'],
  [{ pid: 12, program: 'nginx' }, 'nginx (pid 12)'],
  [
    { pid: 12, program: 'node', scopeStateDir: '/var/lib/scope' },
    'the Scope of the state directory /var/lib/scope (pid 12)',
  ],
])('says who %j is', (holder, text) => {
  expect(holderText(holder)).toBe(text)
})
