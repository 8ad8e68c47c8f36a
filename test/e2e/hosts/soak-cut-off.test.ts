import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../../../src/checkout.ts'
import { livingRecord } from '../../../src/cli/parts/parts.ts'
import { isAlive } from '../../../src/cli/parts/processes/process-identity.ts'
import { eventually } from '../../support/eventually.ts'

it('ends the app that it started when it is cut off', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'scope-soak-'))
  const soak = spawn(process.execPath, [join(checkout.root, 'tools/soak/main.ts'), '--simulated=2'], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: 'ignore',
  })
  const exited = once(soak, 'exit')
  try {
    const app = await eventually(
      'the app',
      () =>
        readdirSync(temporary)
          .filter((name) => name.startsWith('scope-test-'))
          .map((name) => livingRecord(join(temporary, name), 'app'))
          .find((record) => record !== undefined),
      60_000,
    )
    soak.kill('SIGTERM')
    expect(await exited).toEqual([128 + 15, null])
    expect(isAlive(app)).toBe(false)
    expect(readdirSync(temporary).filter((name) => name.startsWith('scope-test-'))).toEqual([])
  } finally {
    soak.kill('SIGKILL')
    rmSync(temporary, { recursive: true, force: true })
  }
})
