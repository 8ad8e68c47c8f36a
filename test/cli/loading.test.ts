import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout } from '../../src/checkout.ts'

/** Prints the packages whose files are loaded, a line for each file. */
const TELL_PACKAGES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  import { writeSync } from 'node:fs'
  registerHooks({ load(url, context, next) {
    const [, name] = /node_modules\\/(.+?)\\//.exec(url) ?? []
    if (name) writeSync(1, 'loads ' + name + '\\n')
    return next(url, context)
  } })`)}`

const run = (...args: readonly string[]): { readonly code: number | null; readonly packages: string[] } => {
  const stateDir = mkdtempSync(join(tmpdir(), 'scope-state-'))
  try {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', TELL_PACKAGES, checkout.programs.main, ...args],
      {
        encoding: 'utf8',
        env: { ...process.env, SCOPE_STATE_DIR: stateDir },
      },
    )
    const loaded = [...stdout.matchAll(/^loads (.+)$/gm)].map(([, name = '']) => name)
    return { code: status, packages: [...new Set(loaded)] }
  } finally {
    rmSync(stateDir, { recursive: true, force: true })
  }
}

test('what a command loads is told', () => {
  expect(run('forget-app', 'app.example:4040').packages).toContain('zod')
})

test.each([['check', 'launch', 'app.example:4040'], ['stop'], ['token']])(
  'scope %s does not load what would take longer to load than the command takes',
  (...args) => {
    const { code, packages } = run(...args)
    expect(code).toBe(0)
    expect(packages.filter((name) => name !== 'ipaddr.js')).toEqual([])
  },
)
