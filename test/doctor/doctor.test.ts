import { existsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lookAtPort } from '../../src/cli/port/app-port.ts'
import type { Check } from '../../src/doctor/check.ts'
import { examine } from '../../src/doctor/doctor.ts'
import { freePort } from '../support/machine/free-port.ts'
import { describeWith } from '../support/machine/requirements.ts'
import { type ScopeCommand, scopeCommand } from '../support/scope/scope-command.ts'
import { untilPasses } from '../support/until-passes.ts'

interface Told {
  readonly version: string
  readonly tracing: boolean
  readonly checks: readonly Check[]
}

let scope: ScopeCommand
beforeEach(() => {
  scope = scopeCommand()
})
afterEach(() => scope.dispose())

it('refuses what it does not take', async () => {
  expect(await scope('doctor', '--xml')).toMatchObject({ code: 2, stderr: expect.stringContaining('--xml') })
})

it('finds that eBPF cannot run without libbpf, and says what to do', async () => {
  const own = scopeCommand({ SCOPE_LIBBPF: '/nonexistent/libbpf.so.1' })
  try {
    const { code, stdout } = await own('doctor')
    expect(code).toBe(1)
    if (process.getuid?.() === 0) expect(stdout).toMatch(/^no +libbpf .*by SCOPE_LIBBPF/m)
    expect(stdout).toMatch(/^no +tracing, tried .*\n +→ /m)
  } finally {
    await own.dispose()
  }
})

it('tells a port that another program has from a free one', async () => {
  const port = await freePort()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, resolve))
  expect(await lookAtPort(port, scope.stateDir)).toEqual({
    state: 'taken',
    reason: expect.stringContaining(String(port)),
  })
  await new Promise((resolve) => server.close(resolve))
  expect(await lookAtPort(port, scope.stateDir)).toEqual({ state: 'free' })
})

describeWith(['root', 'ebpf'], 'the doctor on a machine that can trace', () => {
  it('really traces, and ends with 0', async () => {
    const { code, stdout } = await scope('doctor', '--json')
    const told = JSON.parse(stdout) as Told
    const reasons = JSON.stringify(told.checks, null, 1)
    expect(told.tracing, reasons).toBe(true)
    expect(code, reasons).toBe(0)
    const verdicts = Object.fromEntries(told.checks.map(({ id, verdict }) => [id, verdict]))
    expect(verdicts, reasons).toMatchObject({
      btf: 'ok',
      libbpf: 'ok',
      capabilities: 'ok',
      tracing: 'ok',
      state: 'ok',
    })
  })

  it('makes no state directory, and leaves no descriptor open', async () => {
    const stateDir = `${scope.stateDir}/later`
    const look = () =>
      examine({ env: process.env, stateDir, port: 4040, portLook: { state: 'free' } as const })
    await look()
    const before = statSync('/proc/self/fd').size
    const checks = await look()
    expect(checks.find(({ id }) => id === 'state')?.found).toContain('will be made')
    expect(existsSync(stateDir)).toBe(false)
    // What a command was given is closed a moment after its end.
    await untilPasses(() => expect(statSync('/proc/self/fd').size).toBeLessThanOrEqual(before))
  })
})
