import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { createLogger } from '../../../../src/log/log.ts'
import { chooseSource } from '../../../../src/probe/connections/sources/choose-source.ts'
import { describeWith } from '../../../support/machine/requirements.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const source = new URL('../../../../src/probe/connections/sources/choose-source.ts', import.meta.url).href
const logger = new URL('../../../../src/log/log.ts', import.meta.url).href

/** Chooses in a process of its own, started by `command`. */
const chooseIn = (
  command: readonly string[],
  env: Record<string, string> = {},
): { mode: string; reason: string } => {
  const script = `
    import { chooseSource } from '${source}'
    import { createLogger } from '${logger}'
    const chosen = await chooseSource({ ebpf: true, procRoot: '/proc', env: process.env, log: createLogger({ format: 'text', debug: false, write: () => {} }) })
    const { reason } = chosen.status()
    console.log(JSON.stringify({ mode: chosen.mode, reason }))
    chosen.stop()`
  const [file = '', ...args] = [...command, process.execPath, '--input-type=module', '-e', script]
  return JSON.parse(execFileSync(file, args, { env: { ...process.env, ...env }, encoding: 'utf8' }))
}

it.each([
  ['when told to', { ebpf: false, procRoot: '/proc', env: {} }, /turned off/],
  ['for the /proc of another machine', { ebpf: true, procRoot: '/host/proc', env: {} }, /\/host\/proc/],
])('polls /proc %s', async (_, choice, reason) => {
  const chosen = await chooseSource({ ...choice, log })
  expect(chosen.mode).toBe('proc')
  expect(chosen.status()).toMatchObject({ state: 'degraded', reason: expect.stringMatching(reason) })
})

describeWith(['root', 'ebpf'], 'polling /proc instead of eBPF', () => {
  it('names the missing library', () => {
    expect(chooseIn([], { SCOPE_LIBBPF: '/nowhere/libbpf.so.1' })).toMatchObject({
      mode: 'proc',
      reason: expect.stringMatching(/libbpf 1 was not found/),
    })
  })

  it('names the missing permission of a user who is not root', () => {
    expect(chooseIn(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'])).toMatchObject({
      mode: 'proc',
      reason: expect.stringMatching(/needs root/),
    })
  })

  it('names the missing permission of root in a user namespace', () => {
    expect(chooseIn(['unshare', '--user', '--map-root-user'])).toMatchObject({
      mode: 'proc',
      reason: expect.stringMatching(/not permitted/),
    })
  })

  it('traces with just the capabilities it needs', () => {
    const keep = '+bpf,+perfmon'
    expect(chooseIn(['setpriv', `--inh-caps=-all,${keep}`, `--bounding-set=-all,${keep}`])).toMatchObject({
      mode: 'ebpf',
      reason: expect.not.stringMatching(/instead/),
    })
  })
})

describeWith(['root', 'ebpf'], 'a tracer in a pid namespace of its own', () => {
  it('tells of its own tasks by the pids it sees, and of no other', () => {
    const script = `
      import { createServer, connect } from 'node:net'
      import { chooseSource } from '${source}'
      import { createLogger } from '${logger}'
      const events = []
      const chosen = await chooseSource({ ebpf: true, procRoot: '/proc', env: process.env, log: createLogger({ format: 'text', debug: false, write: () => {} }) })
      chosen.start({ apply: (e) => events.push(...e), reconcile: (e) => events.push(...e) })
      const server = createServer((s) => s.end()).listen(0, '127.0.0.1', () => {
        connect(server.address().port, '127.0.0.1').resume().on('close', () => setTimeout(() => {
          chosen.flush()
          console.log(JSON.stringify({ mode: chosen.mode, self: process.pid, kinds: [...new Set(events.map((e) => e.kind))], pids: [...new Set(events.filter((e) => e.process).map((e) => e.process.pid))] }))
          chosen.stop()
          server.close()
        }, 300))
      })`
    const outside = createServer().listen(0, '127.0.0.1')
    const command = ['--pid', '--fork', '--mount-proc', process.execPath, '--input-type=module', '-e', script]
    const told = JSON.parse(execFileSync('unshare', command, { encoding: 'utf8' })) as Record<string, unknown>
    outside.close()
    expect(told).toMatchObject({ mode: 'ebpf', self: 1, pids: [1] })
    expect(told.kinds).toEqual(expect.arrayContaining(['listening', 'connected', 'accepted']))
  })
})
