import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const text = readFileSync('tools/deploy/systemd/scope.service', 'utf8')

const directory = mkdtempSync(join(tmpdir(), 'scope-unit-'))
afterAll(() => rmSync(directory, { recursive: true }))

const analyze = (...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile('systemd-analyze', args, (error, stdout, stderr) =>
      resolve(error === null || stdout + stderr !== '' ? stdout + stderr : String(error)),
    )
  })

/** What `systemd-analyze verify` says of a unit; empty when all is right. The program is one that is there. */
const verify = (unit: string): Promise<string> => {
  const program = join(directory, 'scope')
  writeFileSync(program, '')
  chmodSync(program, 0o755)
  const path = join(directory, 'scope.service')
  writeFileSync(path, unit.replace('ExecStart=/opt/scope/scope', `ExecStart=${program}`))
  return analyze('verify', '--man=no', path)
}

describe('the unit of systemd', () => {
  it('is what systemd asks for', async () => {
    expect(await verify(text)).toBe('')
  })

  it.each([
    ['a name that is misspelt', text.replace('KillMode', 'KilMode'), "'KilMode'"],
    ['a system call that does not exist', text.replace('perf_event_open', 'perf_open'), 'perf_open'],
    ['a value of another type', text.replace('TimeoutStopSec=15', 'TimeoutStopSec=soon'), 'soon'],
  ])('is refused with %s', async (_, changed, said) => {
    expect(await verify(changed)).toContain(said)
  })

  it('leaves as little to the service as it can do with', async () => {
    const path = join(directory, 'scope.service')
    writeFileSync(path, text)
    const said = await analyze('security', '--offline=true', '--no-pager', path)
    // From 0 (nothing is exposed) to 10; a service without any of this has 9.6.
    expect(Number(/exposure level for scope\.service: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(4)
  })
})
