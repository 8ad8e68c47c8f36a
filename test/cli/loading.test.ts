import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtPrograms, checkout } from '../../src/checkout.ts'

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

/** Prints at the end the files that were loaded, and what Node has loaded of itself. */
const TELL_ALL = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  import { writeSync } from 'node:fs'
  const files = []
  registerHooks({ load(url, context, next) {
    if (url.startsWith('file:')) files.push(url)
    return next(url, context)
  } })
  process.on('exit', () => writeSync(2, JSON.stringify({ files, node: process.moduleLoadList })))`)}`

test.each(['version', 'stop', 'status'])(
  'scope %s loads few files when it is built, and no fetch',
  (command) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'scope-state-'))
    try {
      const { stderr } = spawnSync(process.execPath, ['--import', TELL_ALL, builtPrograms.main, command], {
        encoding: 'utf8',
        env: { ...process.env, SCOPE_STATE_DIR: stateDir },
      })
      const { files, node } = JSON.parse(stderr) as { files: string[]; node: string[] }
      expect(files.length).toBeGreaterThan(1)
      // Each file costs a third of a millisecond, and there is one for each set of commands that share something.
      expect(files.length).toBeLessThanOrEqual(20)
      expect(node.filter((name) => name.includes('undici'))).toEqual([])
    } finally {
      rmSync(stateDir, { recursive: true, force: true })
    }
  },
)
